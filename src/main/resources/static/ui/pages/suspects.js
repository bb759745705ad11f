import { download, get, query } from '../lib/api.js';
import { copyable, curl, failure, h } from '../lib/dom.js';
import { className, dataset, grid, scoreSets } from '../lib/samples.js';
import { nothing, picker } from './scores.js';

const SHOWN = 60;
const EXPORTED = 10_000;

export async function render({ rest }) {
  const sets = await scoreSets();
  if (!sets.length) return nothing('Suspects');
  const set = sets.find(one => one.id === rest[0]) ?? (rest[0] ? await get(`/score-sets/${rest[0]}`) : sets[0]);
  const path = query(`/score-sets/${set.id}/suspects`, { limit: SHOWN });
  const [data, found] = await Promise.all([dataset(set.dataset), get(path)]);
  const problem = h('div');
  const all = query(`/score-sets/${set.id}/suspects`, { limit: EXPORTED });
  return [
    h('h1', {}, 'Samples most likely mislabelled'),
    picker(sets, set, 'suspects'),
    h('p', {}, 'The most suspect first: what the runs predict differs from the label, and the sample is important.'),
    h('div', { class: 'actions' },
      h('button', { type: 'button', onclick: () => exportCsv(all, data).catch(error => problem.replaceChildren(failure(error))) }, 'Export CSV'),
      h('button', { type: 'button', onclick: () => download(all, 'suspects.json').catch(error => problem.replaceChildren(failure(error))) }, 'Export JSON')),
    problem,
    grid('Suspects', data, found.suspects),
    copyable('curl', curl(path)),
  ];
}

async function exportCsv(path, data) {
  const { suspects } = await get(path);
  const cell = value => {
    const text = String(value ?? '');
    const safe = typeof value === 'string' && /^[=+\-@\t\r\n\0]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const rows = suspects.map(one => [one.index, one.score, one.label, className(data, one.label), one.predicted,
    className(data, one.predicted), one.key].map(cell).join(','));
  const blob = new Blob([['index,score,label,class,predicted,predicted_class,key', ...rows].join('\n'), '\n'], { type: 'text/csv' });
  const address = URL.createObjectURL(blob);
  h('a', { href: address, download: 'suspects.csv' }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
