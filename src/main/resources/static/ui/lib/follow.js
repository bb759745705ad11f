import { events, post } from './api.js';
import { failure, h, number, percent, seconds } from './dom.js';

const ENDED = ['SUCCEEDED', 'FAILED', 'CANCELLED'];
const PAUSE = 2000;

const ended = job => ENDED.includes(job.status);

/**
 * Follows what works on the queue, of any kind, until it has ended: how far it is, a way to cancel it, and its error.
 *
 * @param path where it is found
 * @param heard told what came, by the name of the event, with the job as it then is
 */
export function follow(path, job, signal, heard) {
  const status = h('p', { role: 'status' });
  const bar = h('progress', { max: 1, 'aria-label': 'Work done' });
  const problem = h('div');
  const cancel = h('button', {
    type: 'button',
    onclick: () => post(`${path}/cancel`).then(tell, error => problem.replaceChildren(failure(error))),
  }, 'Cancel');

  const tell = news => {
    Object.assign(job, news);
    status.dataset.status = job.status;
    status.textContent = progressText(job);
    bar.value = job.progress.fraction;
    cancel.hidden = ended(job);
    if (job.error) problem.replaceChildren(h('p', { class: 'error', role: 'alert' }, `${job.error.title}: ${job.error.detail}`));
  };
  const listen = async () => {
    while (!ended(job) && !signal.aborted) {
      try {
        await events(`${path}/events`, signal, (name, data) => {
          if (name === 'run' && !job.runResults.some(one => one.run === data.run)) job.runResults.push(data);
          tell(name === 'progress' ? { progress: data } : name === 'status' ? data : {});
          heard(name, job);
        });
      } catch (error) {
        if (signal.aborted) return;
        problem.replaceChildren(failure(error));
        if (error.status >= 400 && error.status < 500) return;
      }
      // A connection that was lost is taken up again; the stream begins with the job as it is.
      if (!ended(job)) await new Promise(resolve => { setTimeout(resolve, PAUSE); });
    }
  };
  tell({});
  listen();
  return h('div', {}, status, bar, h('div', { class: 'actions' }, cancel), problem);
}

function progressText({ status, progress: p }) {
  const parts = [`${status} – ${Math.round(100 * p.fraction)} %`, `${p.runsDone} of ${p.runs} runs done`];
  if (p.run !== null) {
    parts.push(`run ${p.run + 1}, epoch ${p.epoch} of ${p.epochs}, ${p.phase === 'SCORE' ? 'scoring' : 'training'}`);
  }
  if (p.testAccuracy !== null) parts.push(`${percent(p.testAccuracy)} right after the last epoch`);
  if (p.samplesPerSecond !== null) parts.push(`${number(Math.round(p.samplesPerSecond))} samples/s`);
  if (p.secondsLeft !== null && !ENDED.includes(status)) parts.push(`${seconds(p.secondsLeft)} left`);
  return parts.join(', ');
}

/** The same asked again, as it was. */
export function rerun(path, request, page) {
  const problem = h('span');
  return h('span', {}, h('button', {
    type: 'button',
    onclick: () => post(path, request).then(job => { location.hash = `#/${page}/${job.id}`; },
      error => problem.replaceChildren(failure(error))),
  }, 'Run it again'), problem);
}

