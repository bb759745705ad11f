import { events, get, post } from '../lib/api.js';
import { lines } from '../lib/charts.js';
import { copyable, curl, failure, h, number, seconds, table } from '../lib/dom.js';

const ENDED = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/** One job, followed while it goes on. */
export async function job(id, signal) {
  let now = await get(`/jobs/${id}`, signal);
  const status = h('p', { role: 'status' });
  const bar = h('progress', { max: 1, 'aria-label': 'Work done' });
  const rest = h('div');
  const problem = h('div');

  const tell = () => {
    const p = now.progress;
    status.dataset.status = now.status;
    bar.value = p.fraction;
    const at = p.run === null ? '' : `, run ${p.run + 1} of ${p.runs}, epoch ${p.epoch} of ${p.epochs}, ${p.phase === 'TRAIN' ? 'training' : 'scoring'}`;
    const pace = p.samplesPerSecond === null ? '' : `, ${number(Math.round(p.samplesPerSecond))} samples/s`;
    const left = p.secondsLeft === null || ENDED.includes(now.status) ? '' : `, ${seconds(p.secondsLeft)} left`;
    status.textContent = `${now.status} – ${Math.round(100 * p.fraction)} %${at}${pace}${left}`;
  };
  const redraw = () => rest.replaceChildren(...details(now, problem));
  tell();
  redraw();
  if (!ENDED.includes(now.status)) {
    events(`/jobs/${id}/events`, signal, (name, data) => {
      if (name === 'progress') now.progress = data;
      if (name === 'run' && !now.runResults.some(one => one.run === data.run)) now.runResults.push(data);
      if (name === 'status') now = data;
      tell();
      if (name !== 'progress') redraw();
    }).catch(error => { if (!signal.aborted) problem.replaceChildren(failure(error)); });
  }
  return [h('h1', {}, `Job on ${now.request.dataset}`), status, bar, problem, rest];
}

function details(now, problem) {
  const ended = ENDED.includes(now.status);
  const results = [...now.runResults].sort((a, b) => a.run - b.run);
  return [
    now.error && h('p', { class: 'error' }, `${now.error.title}: ${now.error.detail}`),
    h('div', { class: 'actions' },
      !ended && h('button', {
        type: 'button',
        onclick: () => post(`/jobs/${now.id}/cancel`).catch(error => problem.replaceChildren(failure(error))),
      }, 'Cancel'),
      h('a', { href: `#/jobs/new?like=${now.id}` }, 'Ask the same again')),
    now.scoreSets.length > 0 && h('h2', {}, 'Scores'),
    now.scoreSets.length > 0 && h('ul', { 'data-scores': now.scoreSets.length }, now.scoreSets.map(set => h('li', {},
      `${set.method} after epoch ${set.epoch}: `,
      h('a', { href: `#/scores/${set.id}`, 'aria-label': `Scores by ${set.method}` }, 'scores'), ', ',
      h('a', { href: `#/subsets/${set.id}`, 'aria-label': `Subsets by ${set.method}` }, 'subsets'), ', ',
      h('a', { href: `#/suspects/${set.id}`, 'aria-label': `Suspects by ${set.method}` }, 'suspects')))),
    results.length > 0 && h('h2', {}, 'Runs'),
    results.length > 0 && table('Runs', ['Run', 'Train accuracy', 'Test accuracy', 'Seconds', 'Attempts', 'Worker'],
      results.map(one => [one.run + 1, number(one.trainAccuracy), number(one.testAccuracy), seconds(one.seconds), one.attempts, one.worker ?? '–'])),
    results.length > 1 && lines('Accuracy by run', results.map(one => one.run + 1), [
      { label: 'train', values: results.map(one => one.trainAccuracy), colour: 'accent' },
      { label: 'test', values: results.map(one => one.testAccuracy), colour: 'dropped' }]),
    h('h2', {}, 'Request'), h('pre', { tabindex: 0 }, JSON.stringify(now.request, null, 2)),
    copyable('curl', curl('/jobs', now.request)),
  ].filter(Boolean);
}
