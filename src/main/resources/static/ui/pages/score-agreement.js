import { get, query } from '../lib/api.js';
import { copyable, curl } from '../lib/commands.js';
import { density } from '../lib/density.js';
import { failure, field, h, number, percent, select, table } from '../lib/dom.js';

/** How far two score sets of the same samples agree; null where there is no other. */
export function agreement(sets, set) {
  const others = sets.filter(one => one.id !== set.id && one.size === set.size && one.dataset === set.dataset);
  if (!others.length) return null;
  // Another method of the same job tells most.
  others.sort((a, b) => (b.job === set.job && b.method !== set.method) - (a.job === set.job && a.method !== set.method));
  const told = h('div');
  const chosen = select('with', others.map(one => [one.id, one.title]));
  const compare = async () => {
    const other = others.find(one => one.id === chosen.value);
    const paths = ['compare', 'scatter'].map(what => query(`/score-sets/${set.id}/${what}`, { with: other.id }));
    try {
      const [found, scatter] = await Promise.all(paths.map(path => get(path)));
      if (chosen.value === other.id) {
        told.replaceChildren(
          table('Agreement', ['Rank correlation', 'Correlation', 'Kept by both at ratio 0.5'],
            [[number(found.spearman), number(found.pearson), percent(found.overlap)]]),
          density(`Samples by their scores by ${set.method} and ${other.method}`, scatter, { x: set.title, y: other.title }),
          copyable('curl of the comparison', curl(paths[0])));
      }
    } catch (error) {
      told.replaceChildren(failure(error));
    }
  };
  chosen.addEventListener('change', compare);
  compare();
  return h('section', {}, h('h2', {}, 'Agreement'), h('div', { class: 'controls' }, field('With', chosen)), told);
}
