import { h, moment, table } from '../lib/dom.js';
import { paged } from '../lib/pager.js';
import { study } from './study.js';
import { form } from './study-form.js';

export async function render({ rest, search, signal }) {
  if (rest[0] === 'new') return form(search.get('like'));
  return rest.length ? study(rest[0], signal) : list();
}

async function list() {
  return [
    h('h1', {}, 'Training dynamics'),
    h('p', {}, 'When do easy and hard samples settle, and which of them turn the network\'s features? ',
      h('a', { href: '#/dynamics/new' }, 'Start a study')),
    await paged('/dynamics', {}, items => items.length
      ? table('Studies', ['Asked for', 'Status', 'Done', 'Study', 'Dataset', 'Model'], items.map(one => [
        h('a', { href: `#/dynamics/${one.id}` }, moment(one.createdAt)), one.status, `${Math.round(100 * one.progress.fraction)} %`,
        one.request.study, one.request.dataset, one.request.model]))
      : h('p', {}, 'None yet.'), { what: 'studies' }),
  ];
}
