import { chart, colour } from './charts.js';
import { number } from './dom.js';

/** How many samples lie where: counts [bins of x][bins of y], the darker the more, on a logarithmic scale. */
export function density(label, { edges, withEdges, counts }, { x, y }) {
  const most = Math.max(...counts.map(row => Math.max(...row)));
  const cells = {
    id: 'cells',
    beforeDatasetsDraw({ ctx, scales }) {
      ctx.save();
      ctx.fillStyle = colour('accent');
      counts.forEach((row, i) => row.forEach((count, j) => {
        if (!count) return;
        const [left, right] = [edges[i], edges[i + 1]].map(value => scales.x.getPixelForValue(value));
        const [low, high] = [withEdges[j], withEdges[j + 1]].map(value => scales.y.getPixelForValue(value));
        ctx.globalAlpha = 0.15 + 0.85 * Math.log1p(count) / Math.log1p(most);
        ctx.fillRect(left, high, right - left, low - high);
      }));
      ctx.restore();
    },
  };
  const scale = (ends, text) => ({ type: 'linear', min: ends[0], max: ends[ends.length - 1], title: { display: true, text } });
  return chart(label, `${number(most)} samples where they are densest`, {
    type: 'scatter',
    data: { datasets: [] },
    plugins: [cells],
    options: { plugins: { legend: { display: false } }, scales: { x: scale(edges, x), y: scale(withEdges, y) } },
  });
}
