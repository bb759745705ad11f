import { h } from './dom.js';

const SERIES = 6;
const SHAPES = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'];
const drawn = new Map();

export const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** How the line of a number is drawn: told apart by colour and by the shape of its points. */
export const look = i => ({
  borderColor: colour(`series-${i % SERIES}`), backgroundColor: colour(`series-${i % SERIES}`), pointStyle: SHAPES[(i + Math.floor(i / SERIES)) % SHAPES.length],
});

/** A figure; its text is for who does not see it. */
export function chart(label, text, configuration) {
  const canvas = h('canvas', { role: 'img', 'aria-label': `${label}. ${text}` });
  const figure = h('figure', {}, h('figcaption', {}, label), h('div', { class: 'canvas' }, canvas));
  const { Chart } = window;
  const make = patience => {
    // A chart measures its place, so it is made once the figure is in the page.
    if (!canvas.isConnected) {
      if (patience) requestAnimationFrame(() => make(patience - 1));
      return;
    }
    tidy();
    Chart.defaults.color = colour('text');
    Chart.defaults.borderColor = colour('line');
    Chart.defaults.animation = false;
    drawn.set(canvas, new Chart(canvas, {
      ...configuration,
      options: { responsive: true, maintainAspectRatio: false, ...configuration.options },
    }));
    canvas.dataset.drawn = '';
  };
  requestAnimationFrame(() => make(600));
  return figure;
}

/** Lets go of the charts whose figures have left the page. */
function tidy() {
  for (const [canvas, chart] of drawn) {
    if (!canvas.isConnected) {
      chart.destroy();
      drawn.delete(canvas);
    }
  }
}

/** Bars over bins or classes; series: [{label, values, colour}]. */
export function bars(label, names, series, { stacked = false, dense = false } = {}) {
  const figure = chart(label, sums(series), {
    type: 'bar',
    data: {
      labels: names,
      datasets: series.map(one => ({
        label: one.label,
        data: one.values,
        backgroundColor: colour(one.colour ?? 'accent'),
        ...(dense ? { barPercentage: 1, categoryPercentage: 1 } : {}),
      })),
    },
    options: {
      plugins: { legend: { display: series.length > 1 } },
      scales: { x: { stacked }, y: { stacked, beginAtZero: true } },
    },
  });
  figure.retell = values => `${label}. ${sums(series.map((one, i) => ({ ...one, values: values[i] })))}`;
  return figure;
}

const sums = series => series.map(one => `${one.label}: ${one.values.reduce((a, b) => a + b, 0).toLocaleString('en')}`).join(', ');

/** The middles of bins, as names. */
export function middles(edges) {
  return edges.slice(0, -1).map((edge, i) => ((edge + edges[i + 1]) / 2).toPrecision(3));
}

/** Puts other values into a figure of bars, in place. */
export function redraw(figure, values) {
  const canvas = figure.querySelector('canvas');
  const made = drawn.get(canvas);
  if (!made) return false;
  values.forEach((row, i) => { made.data.datasets[i].data = row; });
  made.update();
  canvas.setAttribute('aria-label', figure.retell(values));
  return true;
}
