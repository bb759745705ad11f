import { get, query } from '../lib/api.js';
import { h, table } from '../lib/dom.js';
import { form } from './job-form.js';
import { job } from './job.js';

export async function render({ rest, search, signal }) {
  if (rest[0] === 'new') return form(search.get('like'));
  return rest.length ? job(rest[0], signal) : list();
}

async function list() {
  const page = await get(query('/jobs', { size: 50 }));
  return [
    h('h1', {}, 'Jobs'),
    h('p', {}, h('a', { href: '#/jobs/new' }, 'Start a job')),
    page.items.length
      ? table('Jobs', ['Started', 'Status', 'Done', 'Dataset', 'Model', 'Methods'], page.items.map(one => [
        h('a', { href: `#/jobs/${one.id}` }, one.createdAt.slice(0, 19).replace('T', ' ')), one.status,
        `${Math.round(100 * one.progress.fraction)} %`, one.request.dataset, one.request.model, one.request.methods.join(', ')]))
      : h('p', {}, 'None yet.'),
  ];
}
