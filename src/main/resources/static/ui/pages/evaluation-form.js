import { get, query } from '../lib/api.js';
import { boxes, field, h, number, seconds, select, whole } from '../lib/dom.js';
import { modelField } from '../lib/models.js';
import { parameterFields, parametersIn, POLICIES, typed } from '../lib/policies.js';
import { numbers, requestForm } from '../lib/request-form.js';
import { nothing, scoreSets } from '../lib/samples.js';

/**
 * The form for an evaluation.
 *
 * @param setId of the score set that is ticked at first
 * @param like id of an evaluation whose request fills the form in
 */
export async function form(setId, like) {
  const [datasets, before] = await Promise.all([get(query('/datasets', { size: 500 })), like ? get(`/evaluations/${like}`) : null]);
  const first = setId ? await get(`/score-sets/${setId}`) : null;
  const asked = before?.request;
  const tested = datasets.items.filter(data => data.state === 'READY' && data.test);
  const sets = await scoreSets();
  if (!tested.length || !sets.length) return nothing('Start an evaluation');
  const model = await modelField(asked?.model);
  const dataset = select('dataset', tested.map(data => data.name), asked?.dataset ?? first?.dataset ?? sets[0].dataset);
  const choice = h('div', { class: 'wide' });
  const fillSets = async () => {
    const found = await scoreSets({ dataset: dataset.value });
    const ticked = asked?.scoreSets ?? (first?.dataset === dataset.value ? [setId] : found.slice(0, 1).map(set => set.id));
    choice.replaceChildren(boxes('Score sets', 'scoreSets', found.map(set => [set.id, set.title]), ticked));
  };
  await fillSets();
  const policies = policyFields(asked?.policies ?? [{ policy: 'top' }, { policy: 'calibrated' }]);
  const fields = [
    field('Dataset', dataset), model.element, choice, policies.element,
    field('Ratios kept', h('input', {
      name: 'ratios', required: true, value: (asked?.ratios ?? [0.1, 0.3, 0.5]).join(', '), pattern: '\\s*[0-9.]+\\s*(,\\s*[0-9.]+\\s*)*' })),
    whole('Runs of each point', 'runs', asked?.runs ?? 3, 1, 100),
    whole('Epochs on all samples', 'epochs', asked?.epochs ?? 10, 1, 10000),
    field('Held equal', select('steps', [['fixed', 'optimizer steps'], ['epochs', 'epochs']], asked?.steps)),
    field('Accuracy that may be lost (percentage points)', h('input', {
      type: 'number', name: 'tolerance', value: asked?.tolerance ?? 0.5, min: 0, max: 100, step: 'any', required: true })),
    whole('Seed', 'seed', asked?.seed ?? 42)];
  const { elements, changed } = requestForm({
    path: '/evaluations', page: 'evaluations', model, fields, tell,
    complete: request => request.scoreSets.length > 0 && request.policies.length > 0,
    body: values => ({
      ...asked,
      dataset: values.get('dataset'),
      model: model.name(),
      scoreSets: values.getAll('scoreSets'),
      policies: policies.chosen(),
      ratios: numbers(values.get('ratios')),
      ...Object.fromEntries(['runs', 'epochs', 'tolerance', 'seed'].map(name => [name, Number(values.get(name))])),
      steps: values.get('steps'),
    }),
  });
  dataset.addEventListener('change', () => fillSets().then(changed));
  return [h('h1', {}, 'Start an evaluation'), ...elements];
}

function tell({ points, trainings, totalSeconds, device, reason }) {
  return `${number(trainings)} trainings of ${number(points)} points; `
    + (totalSeconds === null ? `no estimate: ${reason}.` : `about ${seconds(totalSeconds)} on ${device}.`);
}

/** A box for each policy, and its parameters beside it once it is ticked. Random samples are in every evaluation. */
function policyFields(asked) {
  const rows = Object.keys(POLICIES).filter(policy => policy !== 'random').map(policy => {
    const before = asked.find(one => one.policy === policy);
    const box = h('input', { type: 'checkbox', name: 'policies', value: policy, checked: Boolean(before) });
    const parameters = h('span', { class: 'parameters', hidden: !before }, parameterFields(policy));
    for (const input of parameters.querySelectorAll('input, select')) {
      if (before && input.name in before) input.value = before[input.name];
    }
    box.addEventListener('change', () => { parameters.hidden = !box.checked; });
    return { policy, box, parameters };
  });
  return {
    element: h('fieldset', {}, h('legend', {}, 'Policies'), rows.map(({ policy, box, parameters }) =>
      h('div', { class: 'policy' }, h('label', {}, box, ` ${policy}`), parameters))),
    chosen: () => rows.filter(({ box }) => box.checked)
      .map(({ policy, parameters }) => ({ policy, ...typed(parametersIn(parameters)) })),
  };
}
