import { curve } from '../lib/curve.js';
import { field, h, number, select, table } from '../lib/dom.js';

const groupName = group => group.kind === 'score' ? `group ${group.name}` : group.kind === 'all' ? 'all samples' : group.name;
const groupNames = 'Group 1 holds the least important samples, the last group the most important.';

/** What a group has over the epochs; its mean is null where it is not defined. */
const overEpochs = (series, value) => series.map((group, i) => ({
  label: groupName(group), number: i, dash: group.kind === 'all' || group.kind === 'random',
  points: group.points.map(point => ({ x: point.epoch, y: value(point).mean, margin: value(point).margin })).filter(point => point.y !== null),
}));

const numbers = (caption, series, value) => table(caption, ['Group', 'Samples', ...series[0].points.map(point => `after ${point.epoch}`)],
  series.map(group => [groupName(group), group.size, ...group.points.map(point => {
    const { mean, margin } = value(point);
    return margin === null || margin === undefined ? number(mean) : `${number(mean)} ± ${number(margin, 2)}`;
  })]));

/** Barriers between children of a training, and the way from one child to the other. */
export function connectivity({ alphas, series }) {
  const measure = select('measure', [['error', 'error'], ['loss', 'loss']]);
  const epoch = select('epoch', series[0].points.map(point => [String(point.epoch), `after epoch ${point.epoch}`]));
  const barriers = h('div');
  const path = h('div');
  const unit = () => measure.value === 'error' ? 'share classified wrong' : 'cross-entropy in nats';
  const drawBarriers = () => {
    const barrier = point => point[`${measure.value}Barrier`];
    barriers.replaceChildren(
      curve(`Barrier of the ${measure.value} by the epochs of the common parent`, overEpochs(series, barrier), { x: 'epochs of the parent', y: unit() }),
      numbers('Barriers', series, barrier));
  };
  const drawPath = () => path.replaceChildren(curve(
    `The ${measure.value} on the way between the children of a parent of ${epoch.value} epochs`,
    series.map((group, i) => {
      const values = group.points.find(point => String(point.epoch) === epoch.value)[measure.value];
      return {
        label: groupName(group), number: i, dash: group.kind === 'all',
        points: alphas.map((alpha, a) => ({ x: alpha, y: values.mean[a], margin: values.margin?.[a] })),
      };
    }), { x: 'α', y: unit() }));
  measure.addEventListener('change', () => { drawBarriers(); drawPath(); });
  epoch.addEventListener('change', drawPath);
  drawBarriers();
  drawPath();
  return [
    h('h2', { 'data-groups': series.length }, 'Barriers'), h('p', {}, groupNames),
    h('div', { class: 'controls' }, field('Measure', measure), field('Parent', epoch)),
    barriers, h('h2', {}, 'Along the way'), path];
}

/** How fast the tangent kernel of each group turns. */
export function velocity({ series }) {
  return [
    h('h2', { 'data-groups': series.length }, 'Velocity of the tangent kernel'), h('p', {}, groupNames),
    curve('Velocity from one epoch to the next', overEpochs(series, point => point.velocity), { x: 'epoch', y: 'velocity' }),
    numbers('Velocities', series, point => point.velocity),
    h('h2', {}, 'Spectrum'),
    curve('Effective rank of the kernel', overEpochs(series, point => point.spectrum.effectiveRank), { x: 'epoch', y: 'effective rank' }),
  ];
}
