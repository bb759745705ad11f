import { h } from './dom.js';

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function chart(label, text, configuration) {
  const canvas = h('canvas', { role: 'img', 'aria-label': `${label}. ${text}` });
  const figure = h('figure', {}, h('figcaption', {}, label), h('div', { class: 'canvas' }, canvas));
  const { Chart } = window;
  Chart.defaults.color = colour('text');
  Chart.defaults.borderColor = colour('line');
  Chart.defaults.animation = false;
  // A chart measures its place, so it is made once the figure is in the page.
  requestAnimationFrame(() => {
    figure.drawn = new Chart(canvas, {
      ...configuration,
      options: { responsive: true, maintainAspectRatio: false, ...configuration.options },
    });
  });
  return figure;
}

/** Bars over bins or classes; series: [{label, values, colour}]. */
export function bars(label, names, series, { stacked = false, dense = false } = {}) {
  const text = series.map(one => `${one.label}: ${one.values.reduce((a, b) => a + b, 0).toLocaleString('en')}`).join(', ');
  return chart(label, text, {
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
}

export function lines(label, xs, series) {
  return chart(label, series.map(one => one.label).join(', '), {
    type: 'line',
    data: {
      labels: xs,
      datasets: series.map(one => ({
        label: one.label, data: one.values, borderColor: colour(one.colour ?? 'accent'), backgroundColor: colour(one.colour ?? 'accent'),
      })),
    },
  });
}

/** The middles of bins, as names. */
export function middles(edges) {
  return edges.slice(0, -1).map((edge, i) => ((edge + edges[i + 1]) / 2).toPrecision(3));
}

/** Puts other values into a figure of bars, in place. */
export function redraw(figure, values) {
  if (!figure.drawn) return false;
  values.forEach((row, i) => { figure.drawn.data.datasets[i].data = row; });
  figure.drawn.update();
  return true;
}
