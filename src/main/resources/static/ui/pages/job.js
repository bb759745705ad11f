import { get } from '../lib/api.js';
import { copyable, curl } from '../lib/commands.js';
import { curve } from '../lib/curve.js';
import { h, number, percent, seconds, table } from '../lib/dom.js';
import { follow, rerun } from '../lib/follow.js';

/** One job, followed while it goes on. */
export async function job(id, signal) {
  const path = `/jobs/${id}`;
  const now = await get(path, signal);
  const rest = h('div');
  const curves = h('div');
  let epochs = '';
  const redraw = () => rest.replaceChildren(...details(now));
  const redrawCurves = async () => {
    const { runs } = await get(`${path}/epochs`, signal);
    const found = JSON.stringify(runs);
    if (found === epochs) return;
    epochs = found;
    curves.replaceChildren(...accuracies(runs));
  };
  const followed = follow(path, now, signal, name => {
    if (name !== 'progress') redraw();
    redrawCurves().catch(() => {});
  });
  redraw();
  await redrawCurves();
  return [
    h('h1', {}, `Job on ${now.request.dataset}`), followed,
    h('div', { class: 'actions' }, rerun('/jobs', now.request, 'jobs'), h('a', { href: `#/jobs/new?like=${id}` }, 'Change and run')),
    curves, rest,
    h('h2', {}, 'Request'), h('pre', { tabindex: 0 }, JSON.stringify(now.request, null, 2)),
    copyable('curl', curl('/jobs', now.request)),
    copyable('curl of its events', curl(`${path}/events`)),
    copyable('curl to cancel it', curl(`${path}/cancel`, undefined, 'POST')),
  ];
}

function accuracies(runs) {
  if (!runs.length) return [];
  const line = (label, field, look) => runs
    .map(run => ({ label, ...look, points: run.epochs.filter(one => one[field] !== null).map(one => ({ x: one.epoch, y: one[field] })) }))
    .filter(one => one.points.length);
  const epochs = Math.max(...runs.map(run => run.epochs.length));
  return [
    h('h2', { 'data-epochs': epochs }, 'Accuracy by epoch'),
    curve('Accuracy of each run after each epoch', [
      ...line('test', 'testAccuracy', { number: 0 }), ...line('training', 'trainAccuracy', { number: 1, dash: true })], { x: 'epoch', y: 'accuracy' })];
}

function details(now) {
  const results = [...now.runResults].sort((a, b) => a.run - b.run);
  return [
    now.scoreSets.length > 0 && h('h2', {}, 'Scores'),
    now.scoreSets.length > 0 && h('ul', { 'data-scores': now.scoreSets.length }, now.scoreSets.map(set => h('li', {},
      `${set.method} after epoch ${set.epoch}: `,
      h('a', { href: `#/scores/${set.id}`, 'aria-label': `Scores by ${set.method}` }, 'scores'), ', ',
      h('a', { href: `#/subsets/${set.id}`, 'aria-label': `Subsets by ${set.method}` }, 'subsets'), ', ',
      h('a', { href: `#/suspects/${set.id}`, 'aria-label': `Suspects by ${set.method}` }, 'suspects'), ', ',
      h('a', { href: `#/evaluations/new?set=${set.id}`, 'aria-label': `Evaluate ${set.method}` }, 'evaluate')))),
    results.length > 0 && h('h2', {}, 'Runs'),
    results.length > 0 && table('Runs', ['Run', 'Training accuracy', 'Test accuracy', 'Time', 'Attempts', 'Worker'],
      results.map(one => [one.run + 1, percent(one.trainAccuracy), percent(one.testAccuracy), seconds(one.seconds), one.attempts, one.worker ?? '–'])),
    now.labelNoise && h('h2', {}, 'Spoilt labels'),
    now.labelNoise && table(`How well ${number(now.labelNoise.injected)} spoilt labels are found`, ['Method', 'Epoch', 'AUROC', 'Precision'],
      now.labelNoise.methods.map(one => [one.method, one.epoch, number(one.auroc), number(one.precision)])),
  ].filter(Boolean);
}
