import { get } from '../lib/api.js';
import { bars, middles } from '../lib/charts.js';
import { curve } from '../lib/curve.js';
import { h, number } from '../lib/dom.js';

/** Whether the runs are enough; null where that is not known. */
export function reliability({ reliability: found }) {
  if (!found) return null;
  return h('section', {}, h('h2', {}, 'Reliability'),
    h('p', {}, `Two halves of the runs order the samples with a rank correlation of ${number(found.splitHalfSpearman)};`
      + ` of all runs ${number(found.spearmanBrown)} is expected.`),
    curve('Share of the kept samples that both halves keep', [
      { label: 'overlap', points: found.overlap.map(({ ratio, share }) => ({ x: ratio, y: share })) }], { x: 'ratio', y: 'share' }));
}

/** How far the runs differ about the samples; null for a single run. */
export async function spread(set) {
  if (set.runs < 2 || set.job === null) return null;
  const found = await get(`/score-sets/${set.id}/spread`);
  const filled = found.byScore.filter(bin => bin.samples > 0);
  return [
    h('section', {}, h('h2', {}, 'Mean ± std over runs'),
      h('p', {}, `A sample's score differs between the ${set.runs} runs by a standard deviation of ${number(found.mean)} on average,`
        + ` at most ${number(found.max)}; the scores themselves by ${number(set.std)}.`),
      curve('Mean score of the samples in a bin, with their mean standard deviation over runs', [
        { label: 'mean ± std', points: filled.map(bin => ({ x: (bin.from + bin.to) / 2, y: (bin.from + bin.to) / 2, margin: bin.std })), band: true }],
      { x: 'score', y: 'score ± std over runs' })),
    h('section', {}, h('h2', {}, 'Std over runs'),
      bars('Samples by the standard deviation of their score over runs', middles(found.histogram.edges), [
        { label: 'samples', values: found.histogram.counts }], { dense: true })),
  ];
}
