import { get, query } from '../lib/api.js';
import { copyable, curl } from '../lib/commands.js';
import { csv, saveText } from '../lib/csv.js';
import { curve } from '../lib/curve.js';
import { h, number, percent, table } from '../lib/dom.js';
import { follow, rerun } from '../lib/follow.js';
import { className, dataset, grid } from '../lib/samples.js';

const SHOWN = 60;

/** One noise audit, followed while it goes on. */
export async function audit(id, signal) {
  const path = `/noise-audits/${id}`;
  const now = await get(path, signal);
  const data = await dataset(now.request.dataset);
  const report = h('div');
  const draw = () => report.replaceChildren(...now.report ? found(now.report, data) : []);
  const followed = follow(path, now, signal, name => { if (name === 'status') draw(); });
  draw();
  return [
    h('h1', {}, `Noise audit of ${now.request.dataset}`), followed,
    h('div', { class: 'actions' }, rerun('/noise-audits', now.request, 'audits'), h('a', { href: query('#/audits/new', { like: id }) }, 'Change and run')),
    report,
    h('h2', {}, 'Request'), h('pre', { tabindex: 0 }, JSON.stringify(now.request, null, 2)),
    copyable('curl', curl('/noise-audits', now.request)),
    copyable('curl of the report', curl(path)),
  ];
}

function found(report, data) {
  const { best, cut, suspects } = report;
  const suspected = suspects.map(one => ({ index: one.sample, label: one.label, predicted: one.predicted, score: one.score }));
  return [
    h('p', { 'data-planted': report.planted }, `${number(report.planted)} wrong labels were planted; ${best.method} after epoch ${best.epoch} finds them best. `,
      cut === null ? 'Planted labels never make up half of its most suspect samples: it finds them badly here, or the data has far more wrong labels of its own.'
        : `Above its cut are ${percent(cut.plantedFound)} of them, and ${number(cut.suspects)} other samples (${percent(cut.suspectFraction)}), which are suspect.`),
    table('How well each method finds the planted labels', ['Method', 'Epoch', 'AUROC', 'Precision'],
      report.methods.map(one => [one.method, one.epoch, number(one.auroc), number(one.precision)])),
    curve('Planted labels that policy window keeps, by the share of the hardest that it skips',
      [...new Set(report.windows.map(one => one.ratio))].map(ratio => ({
        label: `ratio ${ratio}`, points: report.windows.filter(one => one.ratio === ratio).map(one => ({ x: one.skip, y: one.plantedKept })) })),
      { x: 'skip', y: 'share of the planted kept' }),
    h('h2', {}, 'Suspects'),
    h('div', { class: 'actions' }, h('button', {
      type: 'button',
      onclick: () => saveText('audit.csv', csv(['sample', 'label', 'class', 'predicted', 'predicted_class', 'score'], suspects.map(one => [
        one.sample, one.label, className(data, one.label), one.predicted, className(data, one.predicted), one.score]))),
    }, 'Export CSV')),
    suspects.length ? grid('Suspects', data, suspected.slice(0, SHOWN)) : h('p', {}, 'None.'),
  ];
}
