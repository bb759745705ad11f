import { download, get, query } from '../lib/api.js';
import { copyable, curl } from '../lib/commands.js';
import { debounced, failure, h } from '../lib/dom.js';
import { follow, rerun } from '../lib/follow.js';
import { dataset } from '../lib/samples.js';
import { accuracyByRatio, byClass, costs, points, smallest } from './evaluation-report.js';

const FILES = ['plot.svg', 'plot.png', 'points.csv'];

/** One evaluation, followed while it goes on. */
export async function evaluation(id, signal) {
  const path = `/evaluations/${id}`;
  const now = await get(path, signal);
  const data = await dataset(now.request.dataset);
  const report = h('div');
  const draw = () => report.replaceChildren(...now.points.length ? [
    h('h2', {}, 'Accuracy'), accuracyByRatio(now), smallest(now), points(now),
    h('h2', {}, 'By class'), byClass(now, data),
    h('h2', {}, 'Costs'), costs(now)] : []);
  // Events of runs tell that there is more; the points themselves are not in them.
  const problem = h('span');
  const fail = error => { if (!signal.aborted) problem.replaceChildren(failure(error)); };
  const refresh = debounced(() => get(path, signal).then(found => { Object.assign(now, found); draw(); }).catch(fail), 300);
  const followed = follow(path, now, signal, name => { if (name !== 'progress') refresh(); });
  draw();
  return [
    h('h1', {}, `Evaluation on ${now.request.dataset}`), followed,
    h('div', { class: 'actions' }, rerun('/evaluations', now.request, 'evaluations'),
      h('a', { href: query('#/evaluations/new', { like: id }) }, 'Change and run'),
      FILES.map(file => h('button', {
        type: 'button', onclick: () => download(`${path}/${file}`, file).catch(fail),
      }, file)), problem),
    report,
    h('h2', {}, 'Request'), h('pre', { tabindex: 0 }, JSON.stringify(now.request, null, 2)),
    copyable('curl', curl('/evaluations', now.request)),
    copyable('curl of the points', curl(`${path}/points.csv`)),
    copyable('curl of the plot', curl(`${path}/plot.svg`)),
  ];
}
