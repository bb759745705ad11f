import { get, query } from '../lib/api.js';
import { copyable, curl, python } from '../lib/commands.js';
import { debounced, field, h, select } from '../lib/dom.js';
import { parameterFields, parametersIn, POLICIES } from '../lib/policies.js';
import { chosenSet, nothing, picker } from '../lib/samples.js';
import { saved, saving } from './subset-saving.js';
import { subsetView } from './subset-view.js';

export async function render({ rest, signal }) {
  const chosen = await chosenSet(rest[0]);
  if (!chosen) return nothing('Subsets');
  const { sets, set, data } = chosen;
  const ratio = h('input', { type: 'range', name: 'ratio', min: 0.01, max: 1, step: 0.01, value: 0.3 });
  const shown = h('output', {}, '0.30');
  const policy = select('policy', Object.keys(POLICIES), 'top');
  const other = select('other', Object.keys(POLICIES), 'random');
  const seed = h('input', { type: 'number', name: 'seed', value: 0, step: 1 });
  const extra = h('fieldset', { hidden: true }, h('legend', {}, 'Of this policy'));
  const view = subsetView(data);
  const commands = h('div');

  const asked = () => ({ ratio: ratio.value, scoreSet: set.id, policy: policy.value, seed: seed.value || 0, ...parametersIn(extra) });
  let latest = new AbortController();
  const draw = async () => {
    latest.abort();
    latest = new AbortController();
    signal.addEventListener('abort', () => latest.abort(), { once: true });
    const mine = latest.signal;
    try {
      const wanted = asked();
      view.show(await get(query('/subsets/preview', wanted), mine));
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
  policy.addEventListener('change', () => {
    const fields = parameterFields(policy.value);
    extra.hidden = !fields.length;
    extra.replaceChildren(h('legend', {}, 'Of this policy'), ...fields);
    soon();
  });
  for (const input of [other, seed, extra]) input.addEventListener('input', soon);
  draw();
  const list = h('div');
  const relist = async () => list.replaceChildren(await saved());
  await relist();
  return [
    h('h1', {}, `Subsets: ${set.method}`),
    picker(sets, set, 'subsets'),
    h('div', { class: 'controls' }, h('label', {}, 'Ratio kept: ', shown, ratio), field('Policy', policy),
      field('Seed', seed), field('Compare with', other), extra),
    view.element, saving(asked, relist), commands, list,
  ];
}

function tellCommands(commands, wanted) {
  const open = [...commands.querySelectorAll('details')].map(element => element.open);
  commands.replaceChildren(
    copyable('curl', curl(query('/subsets', wanted))),
    copyable('Python', python(query('/subsets', { ...wanted, format: 'npy' }))));
  commands.querySelectorAll('details').forEach((element, i) => { element.open = open[i] ?? false; });
}
