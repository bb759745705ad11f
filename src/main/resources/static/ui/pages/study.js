import { download, get, query } from '../lib/api.js';
import { copyable, curl } from '../lib/commands.js';
import { debounced, failure, h } from '../lib/dom.js';
import { follow, rerun } from '../lib/follow.js';
import { connectivity, velocity } from './study-report.js';

/** One study of training dynamics, followed while it goes on. */
export async function study(id, signal) {
  const path = `/dynamics/${id}`;
  const now = await get(path, signal);
  const report = h('div');
  const draw = () => report.replaceChildren(...now.series.length
    ? (now.request.study === 'mode-connectivity' ? connectivity : velocity)(now) : []);
  const problem = h('span');
  const fail = error => { if (!signal.aborted) problem.replaceChildren(failure(error)); };
  const refresh = debounced(() => get(path, signal).then(found => { Object.assign(now, found); draw(); }).catch(fail), 300);
  const followed = follow(path, now, signal, name => { if (name !== 'progress') refresh(); });
  draw();
  return [
    h('h1', {}, `${now.request.study} on ${now.request.dataset}`), followed,
    h('div', { class: 'actions' }, rerun('/dynamics', now.request, 'dynamics'),
      h('a', { href: query('#/dynamics/new', { like: id }) }, 'Change and run'),
      ['plot.svg', 'plot.png', 'points.csv'].map(file => h('button', {
        type: 'button', onclick: () => download(`${path}/${file}`, file).catch(fail),
      }, file)), problem),
    report,
    h('h2', {}, 'Request'), h('pre', { tabindex: 0 }, JSON.stringify(now.request, null, 2)),
    copyable('curl', curl('/dynamics', now.request)),
    copyable('curl of the series', curl(path)),
    copyable('curl of the points', curl(`${path}/points.csv`)),
  ];
}
