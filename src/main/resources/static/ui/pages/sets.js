import { get, query } from '../lib/api.js';
import { field, h, moment, select, table } from '../lib/dom.js';
import { paged } from '../lib/pager.js';

/** All score sets, page by page. */
export async function render({ search }) {
  const [datasets, methods] = await Promise.all([get(query('/datasets', { size: 500 })), get('/score-methods')]);
  const filter = { dataset: search.get('dataset') ?? '', method: search.get('method') ?? '' };
  const choice = (name, options) => {
    const input = select(name, [['', 'any'], ...options], filter[name]);
    input.addEventListener('change', () => { location.hash = query('#/sets', { ...filter, [name]: input.value }); });
    return input;
  };
  return [
    h('h1', {}, 'Score sets'),
    h('div', { class: 'controls' },
      field('Dataset', choice('dataset', datasets.items.map(data => data.name))),
      field('Method', choice('method', methods.items.map(method => method.id)))),
    await paged('/score-sets', filter, items => items.length
      ? table('Score sets', ['Method', 'Epoch', 'Name or dataset', 'Samples', 'Runs', 'Made'], items.map(set => [
        h('a', { href: `#/scores/${set.id}` }, set.method), set.epoch ?? '–', set.name ?? set.dataset ?? '–', set.size, set.runs, moment(set.createdAt)]))
      : h('p', {}, 'None.'), { what: 'score sets' }),
  ];
}
