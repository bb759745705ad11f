import { query } from '../lib/api.js';
import { bars, middles } from '../lib/charts.js';
import { copyable, curl } from '../lib/commands.js';
import { h, number } from '../lib/dom.js';
import { paged } from '../lib/pager.js';
import { chosenSet, grid, nothing, picker } from '../lib/samples.js';
import { agreement } from './score-agreement.js';
import { reliability, spread } from './score-runs.js';

const SHOWN = 24;

export async function render({ rest }) {
  const found = await chosenSet(rest[0]);
  if (!found) return nothing('Scores');
  const { sets, set, data } = found;
  const ranked = order => paged(`/score-sets/${set.id}/samples`, { order },
    items => grid(`The ${order} important samples`, data, items), { what: `${order} important`, size: SHOWN });
  const [most, least, ofRuns] = await Promise.all([ranked('most'), ranked('least'), spread(set)]);
  return [
    h('h1', {}, `Scores: ${set.method}`),
    picker(sets, set, 'scores'),
    h('p', {}, `${number(set.size)} samples, ${set.runs} ${set.runs === 1 ? 'run' : 'runs'}; the ${set.keeps.toLowerCase()} are important.`
      + ` Mean ${number(set.mean)} ± ${number(set.std)}, from ${number(set.min)} to ${number(set.max)}.`),
    set.warnings.map(warning => h('p', { class: 'warning' }, warning)),
    h('div', { class: 'columns' },
      h('section', {}, h('h2', {}, 'Histogram'),
        bars('Samples by score', middles(set.histogram.edges), [{ label: 'samples', values: set.histogram.counts }], { dense: true })),
      reliability(set), ofRuns),
    agreement(sets, set),
    h('h2', {}, 'Most important'), most,
    h('h2', {}, 'Least important'), least,
    h('div', { class: 'actions' },
      h('a', { href: `#/subsets/${set.id}` }, 'Subsets by these scores'),
      h('a', { href: `#/suspects/${set.id}` }, 'Suspects by these scores'),
      h('a', { href: `#/evaluations/new?set=${set.id}` }, 'Evaluate these scores')),
    copyable('curl', curl(`/score-sets/${set.id}`)),
    copyable('curl of the scores', curl(query(`/score-sets/${set.id}/scores`, { format: 'npy' }))),
  ].flat();
}
