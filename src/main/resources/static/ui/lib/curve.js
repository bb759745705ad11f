import { chart, colour, look } from './charts.js';
import { number } from './dom.js';

/** Draws the intervals of points that have one. */
const whiskers = {
  id: 'whiskers',
  afterDatasetsDraw(drawn) {
    const { ctx, scales } = drawn;
    drawn.data.datasets.forEach((line, i) => {
      if (!line.whiskers || !drawn.isDatasetVisible(i)) return;
      ctx.save();
      ctx.strokeStyle = line.borderColor;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      for (const { x, y, margin } of line.data.filter(point => point.margin)) {
        const across = scales.x.getPixelForValue(x);
        const [low, high] = [y - margin, y + margin].map(value => scales.y.getPixelForValue(value));
        ctx.moveTo(across, low);
        ctx.lineTo(across, high);
        for (const end of [low, high]) {
          ctx.moveTo(across - 4, end);
          ctx.lineTo(across + 4, end);
        }
      }
      ctx.stroke();
      ctx.restore();
    });
  },
};

/** The interval of a line as a shade: its lower end, and its upper one filled down to that. */
function shade(points) {
  const end = sign => ({
    data: points.map(({ x, y, margin }) => ({ x, y: y + sign * (margin ?? 0) })),
    label: '', borderWidth: 0, pointRadius: 0, pointHitRadius: 0,
  });
  return [end(-1), { ...end(1), fill: '-1', backgroundColor: `${colour('dim')}33` }];
}

const told = ({ x, y, margin }) => `${number(x)} → ${number(y)}${margin ? ` ± ${number(margin, 2)}` : ''}`;

/**
 * Lines over numbers. Series: [{label, points: [{x, y, margin?}], band?, dash?, number?}]; intervals are whiskers or, of a band,
 * a shade. Of lines that bear the same label the legend names one.
 */
export function curve(label, series, { x = '', y = '' } = {}) {
  const named = new Set();
  const datasets = series.flatMap((one, i) => {
    const line = {
      ...look(one.number ?? i), data: one.points, label: one.label, named: !named.has(one.label), borderDash: one.dash ? [6, 4] : [],
      pointRadius: one.points.length > 60 ? 0 : 4, borderWidth: 2,
    };
    named.add(one.label);
    return one.band
      ? [{ ...line, borderColor: colour('dim'), backgroundColor: colour('dim'), pointRadius: 2 }, ...shade(one.points)]
      : [{ ...line, whiskers: true }];
  });
  const ends = series.flatMap(one => one.points.flatMap(point => [point.y - (point.margin ?? 0), point.y + (point.margin ?? 0)]));
  return chart(label, series.map(one => `${one.label}: ${one.points.map(told).join(', ')}`).join('; '), {
    type: 'line',
    data: { datasets },
    plugins: [whiskers],
    options: {
      plugins: {
        legend: { labels: { usePointStyle: true, filter: (item, data) => data.datasets[item.datasetIndex].named } },
        tooltip: { filter: item => item.dataset.label !== '' },
      },
      scales: {
        x: { type: 'linear', title: { display: x !== '', text: x } },
        y: { title: { display: y !== '', text: y }, suggestedMin: Math.min(...ends), suggestedMax: Math.max(...ends) },
      },
    },
  });
}
