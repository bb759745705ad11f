import { h, moment, table } from '../lib/dom.js';
import { paged } from '../lib/pager.js';
import { form } from './job-form.js';
import { job } from './job.js';

export async function render({ rest, search, signal }) {
  if (rest[0] === 'new') return form(search.get('like'));
  return rest.length ? job(rest[0], signal) : list();
}

async function list() {
  return [
    h('h1', {}, 'Jobs'),
    h('p', {}, h('a', { href: '#/jobs/new' }, 'Start a job')),
    await paged('/jobs', {}, items => items.length
      ? table('Jobs', ['Asked for', 'Status', 'Done', 'Dataset', 'Model', 'Methods'], items.map(one => [
        h('a', { href: `#/jobs/${one.id}` }, moment(one.createdAt)), one.status,
        `${Math.round(100 * one.progress.fraction)} %`, one.request.dataset, one.request.model, one.request.methods.join(', ')]))
      : h('p', {}, 'None yet.'), { what: 'jobs' }),
  ];
}
