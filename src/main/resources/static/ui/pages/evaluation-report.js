import { curve } from '../lib/curve.js';
import { field, h, number, percent, seconds, select, table } from '../lib/dom.js';
import { className } from '../lib/samples.js';

const SHOWN_CLASSES = 100;

const parametersText = one => Object.entries(one.parameters).sort().map(([name, value]) => ` ${name}=${value}`).join('');
const lineName = one => `${one.method ? `${one.method}, ` : ''}${one.policy}${parametersText(one)}`;
/** Score sets of the same method are told apart by their ids. */
const lineKey = one => `${one.scoreSet}|${lineName(one)}`;
const pointName = one => one.policy === 'full' ? 'all samples' : `${lineName(one)} at ${one.ratio}`;

/** The chart of the mean accuracies; random samples and all of them are bands. */
export function accuracyByRatio({ points }) {
  const lines = new Map();
  for (const point of points.filter(one => one.policy !== 'full')) {
    const key = lineKey(point);
    if (!lines.has(key)) lines.set(key, { label: lineName(point), band: point.policy === 'random', points: [] });
    lines.get(key).points.push({ x: Number(point.ratio), y: point.accuracy.mean, margin: point.accuracy.margin });
  }
  const series = [...lines.values()];
  series.forEach((line, i) => { line.number = i; line.points.sort((a, b) => a.x - b.x); });
  const full = points.find(one => one.policy === 'full');
  const xs = series.flatMap(line => line.points.map(point => point.x));
  if (full) {
    series.push({ label: 'all samples', band: true, dash: true, points: [Math.min(...xs, 1), 1].map(x => (
      { x, y: full.accuracy.mean, margin: full.accuracy.margin })) });
  }
  const figure = curve('Test accuracy by ratio kept, with 95 % intervals', series, { x: 'ratio kept', y: 'test accuracy' });
  figure.dataset.points = points.length;
  return figure;
}

/** The smallest ratio of each line that loses no more than the tolerance. */
export function smallest({ smallestRatios, request }) {
  return table('Smallest ratios within the tolerance', ['Scores and policy', `Smallest ratio within ${request.tolerance} points of all samples`],
    smallestRatios.map(one => [lineName(one), one.ratio === null ? 'none of those tried' : number(Number(one.ratio))]));
}

export function points({ points: all }) {
  return table('Points', ['Scores and policy', 'Ratio', 'Samples', 'Accuracy', 'Gain over random', '95 % interval of the gain', 'Steps'],
    all.map(one => [
      one.policy === 'full' ? 'all samples' : lineName(one), Number(one.ratio), one.size, percent(one.accuracy.mean, one.accuracy.margin),
      one.gain ? percent(one.gain.mean) : '–',
      one.gain && one.gain.low !== null ? `${percent(one.gain.low)} to ${percent(one.gain.high)}` : '–', one.steps]));
}

/** The accuracy of a point by class, beside that on all samples: first the classes that lose most. */
export function byClass({ points: all }, data) {
  const full = all.find(one => one.policy === 'full');
  const others = all.filter(one => one !== full);
  if (!others.length) return h('p', {}, 'Not yet.');
  const chosen = select('point', others.map((one, i) => [String(i), pointName(one)]));
  const holder = h('div');
  const draw = () => {
    const point = others[Number(chosen.value)];
    const rows = point.classAccuracy.map((accuracy, label) => ({ label, accuracy, all: full?.classAccuracy[label] ?? null }))
      .filter(row => row.accuracy !== null)
      .map(row => ({ ...row, lost: row.all === null ? 0 : row.all - row.accuracy }))
      .sort((a, b) => b.lost - a.lost || a.label - b.label);
    holder.replaceChildren(
      ...(rows.length > SHOWN_CLASSES ? [h('p', {}, `The ${SHOWN_CLASSES} of ${number(rows.length)} classes that lose most.`)] : []),
      table('Accuracy by class', ['Class', 'Accuracy', 'On all samples', 'Lost'], rows.slice(0, SHOWN_CLASSES).map(row => [
        className(data, row.label), percent(row.accuracy), percent(row.all), row.all === null ? '–' : percent(row.lost)])));
  };
  chosen.addEventListener('change', draw);
  draw();
  return h('div', {}, h('div', { class: 'controls' }, field('Point', chosen)), holder);
}

/** What scoring took and what each training on fewer samples saves. */
export function costs({ points: all }) {
  const known = all.filter(one => one.costs);
  if (!known.length) return h('p', {}, 'Known once all samples were trained on.');
  return table('Costs', ['Point', 'A training here', 'Retraining', 'Saved by each', 'Scoring', 'Retrainings until it pays'], known.map(one => [
    pointName(one), seconds(one.costs.trainSeconds), seconds(one.costs.retrainSeconds), seconds(one.costs.secondsSaved),
    seconds(one.costs.scoringSeconds), one.costs.retrainingsUntilItPays ?? '–']));
}
