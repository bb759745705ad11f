import { download, post, query } from '../lib/api.js';
import { copyable, curl } from '../lib/commands.js';
import { failure, field, h, moment, number, select, table } from '../lib/dom.js';
import { paged } from '../lib/pager.js';
import { typed } from '../lib/policies.js';

const FORMATS = ['npy', 'csv', 'txt', 'json', 'ndjson', 'parquet'];

/**
 * Downloads the list that is asked for, or keeps it under a name.
 *
 * @param asked what is asked for now, as a query
 * @param kept told when one more is kept
 */
export function saving(asked, kept) {
  const told = h('p', { role: 'status' });
  const line = h('div');
  const format = select('format', FORMATS);
  const name = h('input', { name: 'name', required: true, pattern: '[a-z0-9][a-z0-9._\\-]{0,62}' });
  const attempt = async action => {
    try {
      told.textContent = await action();
      told.className = '';
    } catch (error) {
      told.textContent = error.message;
      told.className = 'error';
    }
  };
  const save = () => attempt(async () => {
    const { scoreSet, policy, ...numbers } = asked();
    const body = { name: name.value, scoreSet, policy, ...typed(numbers) };
    const subset = await post('/subsets', body);
    line.replaceChildren(copyable('curl of the saving', curl('/subsets', body)));
    await kept();
    return `Saved: /subsets/${subset.name}`;
  });
  return h('div', {}, h('h2', {}, 'Take it along'),
    h('div', { class: 'controls' }, field('Format', format), h('button', {
      type: 'button',
      class: 'main',
      onclick: () => attempt(async () => {
        await download(query('/subsets', { ...asked(), format: format.value }), `subset.${format.value}`);
        return `Downloaded subset.${format.value}`;
      }),
    }, 'Download')),
    h('form', { onsubmit: event => { event.preventDefault(); save(); } }, field('Name to save it under', name), h('button', {}, 'Save')),
    told, line);
}

/** The subsets that were kept, page by page. */
export async function saved() {
  const problem = h('div');
  const list = await paged('/subsets', {}, items => items.length
    ? [h('h2', {}, 'Saved subsets'), table('Saved subsets', ['Name', 'Dataset', 'Method', 'Policy', 'Ratio', 'Kept', 'Made', ''], items.map(one => [
      one.name, one.dataset ?? '–', one.method, one.policy, number(one.ratio), one.size, moment(one.createdAt),
      h('button', {
        type: 'button', 'aria-label': `Download ${one.name}`, onclick: () => download(`/subsets/${one.name}?format=npy`, `${one.name}.npy`)
          .catch(error => problem.replaceChildren(failure(error))),
      }, 'npy')]))]
    : [], { what: 'saved subsets' });
  return h('div', {}, list, problem);
}
