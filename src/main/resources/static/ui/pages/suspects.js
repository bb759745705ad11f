import { download, get, query } from '../lib/api.js';
import { copyable, curl } from '../lib/commands.js';
import { csv, saveText } from '../lib/csv.js';
import { failure, h } from '../lib/dom.js';
import { chosenSet, className, grid, nothing, picker } from '../lib/samples.js';

const SHOWN = 60;
const EXPORTED = 10_000;

export async function render({ rest }) {
  const chosen = await chosenSet(rest[0]);
  if (!chosen) return nothing('Suspects');
  const { sets, set, data } = chosen;
  const path = query(`/score-sets/${set.id}/suspects`, { limit: SHOWN });
  const found = await get(path);
  const problem = h('div');
  const all = query(`/score-sets/${set.id}/suspects`, { limit: EXPORTED });
  const attempt = action => () => action().catch(error => problem.replaceChildren(failure(error)));
  return [
    h('h1', {}, 'Samples most likely mislabelled'),
    picker(sets, set, 'suspects'),
    h('p', {}, 'The most suspect first: what the runs predict differs from the label, and the sample is important. ',
      h('a', { href: '#/audits' }, 'Noise audits'), ' tell how many of them are wrong indeed.'),
    h('div', { class: 'actions' },
      h('button', { type: 'button', onclick: attempt(() => exportCsv(all, data)) }, 'Export CSV'),
      h('button', { type: 'button', onclick: attempt(() => download(all, 'suspects.json')) }, 'Export JSON')),
    problem,
    grid('Suspects', data, found.suspects),
    copyable('curl', curl(path)),
  ];
}

async function exportCsv(path, data) {
  const { suspects } = await get(path);
  saveText('suspects.csv', csv(['index', 'score', 'label', 'class', 'predicted', 'predicted_class', 'key'], suspects.map(one => [
    one.index, one.score, one.label, className(data, one.label), one.predicted, className(data, one.predicted), one.key])));
}
