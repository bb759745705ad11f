import { h, moment, table } from '../lib/dom.js';
import { paged } from '../lib/pager.js';
import { evaluation } from './evaluation.js';
import { form } from './evaluation-form.js';

export async function render({ rest, search, signal }) {
  if (rest[0] === 'new') return form(search.get('set'), search.get('like'));
  return rest.length ? evaluation(rest[0], signal) : list();
}

async function list() {
  return [
    h('h1', {}, 'Evaluations'),
    h('p', {}, 'What accuracy is left when a model is trained on a subset, against random samples and all of them. ',
      h('a', { href: '#/evaluations/new' }, 'Start an evaluation')),
    await paged('/evaluations', {}, items => items.length
      ? table('Evaluations', ['Asked for', 'Status', 'Done', 'Dataset', 'Model', 'Policies', 'Ratios'], items.map(one => [
        h('a', { href: `#/evaluations/${one.id}` }, moment(one.createdAt)), one.status, `${Math.round(100 * one.progress.fraction)} %`,
        one.request.dataset, one.request.model, one.request.policies.map(policy => policy.policy).join(', '), one.request.ratios.join(', ')]))
      : h('p', {}, 'None yet.'), { what: 'evaluations' }),
  ];
}
