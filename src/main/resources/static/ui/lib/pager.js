import { get, query } from './api.js';
import { failure, h, number } from './dom.js';

/**
 * A list that comes page by page.
 *
 * @param path that answers pages
 * @param values of its query
 * @param draw makes elements of the items of a page
 * @param what the buttons turn the pages of
 */
export async function paged(path, values, draw, { what, size = 20 }) {
  const holder = h('div');
  const where = h('span', { role: 'status' });
  let page = 0;
  let last = 0;
  const show = async next => {
    const found = await get(query(path, { ...values, page: next, size }));
    page = next;
    last = Math.max(0, Math.ceil(found.totalItems / size) - 1);
    holder.replaceChildren(...[draw(found.items)].flat());
    where.textContent = `Page ${number(page + 1)} of ${number(last + 1)}`;
    // Not disabled: a button that loses its use must not lose the focus.
    back.setAttribute('aria-disabled', page === 0);
    on.setAttribute('aria-disabled', page === last);
    turn.hidden = last === 0;
  };
  const step = by => {
    const next = page + by;
    if (next >= 0 && next <= last) show(next).catch(error => holder.replaceChildren(failure(error)));
  };
  const back = h('button', { type: 'button', 'aria-label': `Previous ${what}`, onclick: () => step(-1) }, 'Previous');
  const on = h('button', { type: 'button', 'aria-label': `Next ${what}`, onclick: () => step(1) }, 'Next');
  const turn = h('div', { class: 'actions' }, back, on, where);
  await show(0);
  return h('div', {}, holder, turn);
}
