import { bars, middles, redraw } from '../lib/charts.js';
import { failure, h, number, percent } from '../lib/dom.js';
import { className, grid } from '../lib/samples.js';

/** The part of the page on subsets that changes with the request. */
export function subsetView(data) {
  const size = h('p', { role: 'status', 'data-size': '' });
  const warnings = h('div');
  const both = h('p');
  const charts = h('div', { class: 'columns' });
  const pictures = h('div', { class: 'columns' });
  let histogram;
  let classes;
  const show = ({ subset, histogram: split, kept, dropped }) => {
    size.dataset.size = subset.size;
    size.textContent = `${number(subset.size)} of ${number(subset.total)} samples kept, ${number(subset.total - subset.size)} dropped.`;
    warnings.replaceChildren(...subset.warnings.map(warning => h('p', { class: 'warning' }, warning)));
    const lost = subset.classCounts?.map((count, i) => subset.classTotals[i] - count);
    if (!histogram || !redraw(histogram, [split.kept, split.dropped]) || classes && !redraw(classes, [subset.classCounts, lost])) {
      histogram = bars('Samples by score', middles(split.edges), [
        { label: 'kept', values: split.kept, colour: 'kept' }, { label: 'dropped', values: split.dropped, colour: 'dropped' },
      ], { stacked: true, dense: true });
      classes = subset.classCounts && bars('Samples by class', subset.classCounts.map((count, i) => className(data, i)), [
        { label: 'kept', values: subset.classCounts, colour: 'kept' }, { label: 'dropped', values: lost, colour: 'dropped' },
      ], { stacked: true });
      charts.replaceChildren(...[histogram, classes].filter(Boolean));
    }
    const side = (title, indices) => h('section', {}, h('h2', {}, title), grid(title, data, indices.map(index => ({ index }))));
    pictures.replaceChildren(side('Some that are kept', kept), side('Some that are dropped', dropped));
  };
  return {
    element: h('div', {}, size, warnings, both, charts, pictures),
    show,
    overlap: (name, found) => {
      both.textContent = `Policy ${name} at the same ratio keeps ${number(found.intersection)} of these samples too`
        + ` (${percent(found.intersection / found.sizeA)}).`;
    },
    fail: error => warnings.replaceChildren(failure(error)),
  };
}
