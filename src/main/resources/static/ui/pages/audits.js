import { h, moment, percent, table } from '../lib/dom.js';
import { paged } from '../lib/pager.js';
import { audit } from './audit.js';
import { form } from './audit-form.js';

export async function render({ rest, search, signal }) {
  if (rest[0] === 'new') return form(search.get('like'));
  return rest.length ? audit(rest[0], signal) : list();
}

async function list() {
  return [
    h('h1', {}, 'Noise audits'),
    h('p', {}, 'A few labels are made wrong on purpose; what finds those finds the wrong ones of the data too. ',
      h('a', { href: '#/audits/new' }, 'Start an audit')),
    await paged('/noise-audits', {}, items => items.length
      ? table('Noise audits', ['Asked for', 'Status', 'Done', 'Dataset', 'Model', 'Planted'], items.map(one => [
        h('a', { href: `#/audits/${one.id}` }, moment(one.createdAt)), one.status, `${Math.round(100 * one.progress.fraction)} %`,
        one.request.dataset, one.request.model, percent(one.request.fraction)]))
      : h('p', {}, 'None yet.'), { what: 'noise audits' }),
  ];
}
