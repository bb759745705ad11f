import { download, get, post, query } from '../lib/api.js';
import { bars, middles, redraw } from '../lib/charts.js';
import { copyable, curl, debounced, failure, field, h, number, select } from '../lib/dom.js';
import { className, dataset, grid, scoreSets } from '../lib/samples.js';
import { nothing, picker } from './scores.js';

const POLICIES = ['top', 'bottom', 'window', 'random', 'calibrated', 'class-balanced', 'class-standardized', 'sampled', 'stratified'];
const FORMATS = ['npy', 'csv', 'txt', 'json', 'ndjson', 'parquet'];
/** The parameters that policies take, with their defaults. */
const PARAMETERS = {
  window: { skip: 0.1 }, calibrated: { alpha: 0.5, calibration: ['exact', 'soft'] },
  'class-balanced': { quota: ['proportional', 'equal'] }, sampled: { standardized: ['false', 'true'] }, stratified: { mislabel: '' },
};

export async function render({ rest, signal }) {
  const sets = await scoreSets();
  if (!sets.length) return nothing('Subsets');
  const set = sets.find(one => one.id === rest[0]) ?? (rest[0] ? await get(`/score-sets/${rest[0]}`) : sets[0]);
  const data = await dataset(set.dataset);
  const ratio = h('input', { type: 'range', name: 'ratio', min: 0.01, max: 1, step: 0.01, value: 0.3 });
  const shown = h('output', {}, '0.30');
  const policy = select('policy', POLICIES, 'top');
  const other = select('other', POLICIES, 'random');
  const seed = h('input', { type: 'number', name: 'seed', value: 0, step: 1 });
  const extra = h('fieldset', { hidden: true }, h('legend', {}, 'Of this policy'));
  const view = subsetView(data);
  const commands = h('div');

  const asked = () => ({
    ratio: ratio.value, scoreSet: set.id, policy: policy.value, seed: seed.value || 0,
    ...Object.fromEntries([...extra.querySelectorAll('input, select')].map(input => [input.name, input.value]).filter(([, value]) => value !== '')),
  });
  let latest = new AbortController();
  const draw = async () => {
    latest.abort();
    latest = new AbortController();
    signal.addEventListener('abort', () => latest.abort(), { once: true });
    const mine = latest.signal;
    try {
      const wanted = asked();
      const preview = await get(query('/subsets/preview', wanted), mine);
      view.show(preview);
      tellCommands(commands, wanted);
      const without = { ratio: wanted.ratio, scoreSet: set.id, seed: wanted.seed, policy: other.value };
      const side = values => query('', values).slice(1);
      const { difference } = await get(query('/subsets/diff', { a: side(wanted), b: side(without) }), mine);
      view.overlap(other.value, difference);
    } catch (error) {
      if (!mine.aborted) view.fail(error);
    }
  };
  const soon = debounced(draw);
  ratio.addEventListener('input', () => { shown.textContent = Number(ratio.value).toFixed(2); soon(); });
  policy.addEventListener('change', () => { fill(extra, policy.value); soon(); });
  for (const input of [other, seed, extra]) input.addEventListener('input', soon);
  draw();
  return [
    h('h1', {}, `Subsets: ${set.method}`),
    picker(sets, set, 'subsets'),
    h('div', { class: 'controls' }, h('label', {}, 'Ratio kept: ', shown, ratio), field('Policy', policy),
      field('Seed', seed), field('Compare with', other), extra),
    view.element, saving(asked), commands,
  ];
}

function fill(extra, policy) {
  const taken = Object.entries(PARAMETERS[policy] ?? {});
  extra.hidden = !taken.length;
  extra.replaceChildren(h('legend', {}, 'Of this policy'), ...taken.map(([name, value]) => field(name, Array.isArray(value)
    ? select(name, value, value[0])
    : h('input', { type: 'number', name, value, min: 0, max: 1, step: 0.01 }))));
}

/** The part of the page that changes with the request. */
function subsetView(data) {
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
        + ` (${(100 * found.intersection / found.sizeA).toFixed(1)} %).`;
    },
    fail: error => warnings.replaceChildren(failure(error)),
  };
}

function tellCommands(commands, wanted) {
  const npy = query('/subsets', { ...wanted, format: 'npy' });
  const python = ['import io, numpy, urllib.request', `answer = urllib.request.urlopen(${JSON.stringify(location.origin + npy)})`,
    'keep = numpy.load(io.BytesIO(answer.read()))'].join('\n');
  const open = [...commands.querySelectorAll('details')].map(element => element.open);
  commands.replaceChildren(copyable('curl', curl(query('/subsets', wanted))), copyable('Python', python));
  commands.querySelectorAll('details').forEach((element, i) => { element.open = open[i] ?? false; });
}

function saving(asked) {
  const told = h('p', { role: 'status' });
  const format = select('format', FORMATS);
  const name = h('input', { name: 'name', required: true, pattern: '[a-z0-9][a-z0-9._\\-]{0,62}' });
  const attempt = async action => {
    try {
      told.textContent = await action();
      told.className = '';
    } catch (error) {
      told.textContent = error.message;
      told.className = 'error';
    }
  };
  const save = () => attempt(async () => {
    const wanted = Object.fromEntries(Object.entries(asked()).map(([key, value]) => [key,
      ['ratio', 'seed', 'skip', 'alpha', 'mislabel'].includes(key) ? Number(value) : key === 'standardized' ? value === 'true' : value]));
    const kept = await post('/subsets', { name: name.value, ...wanted });
    return `Saved: /subsets/${kept.name}`;
  });
  return h('div', {}, h('h2', {}, 'Take it along'),
    h('div', { class: 'controls' }, field('Format', format), h('button', {
      type: 'button',
      class: 'main',
      onclick: () => attempt(async () => {
        await download(query('/subsets', { ...asked(), format: format.value }), `subset.${format.value}`);
        return `Downloaded subset.${format.value}`;
      }),
    }, 'Download')),
    h('form', { onsubmit: event => { event.preventDefault(); save(); } }, field('Name to save it under', name), h('button', {}, 'Save')),
    told);
}
