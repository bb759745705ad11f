import { get } from '../lib/api.js';
import { field, h, seconds, select, whole } from '../lib/dom.js';
import { modelField } from '../lib/models.js';
import { NUMBERS, numbers, requestForm } from '../lib/request-form.js';
import { nothing, scoreSets } from '../lib/samples.js';

const STUDIES = [['mode-connectivity', 'linear mode connectivity'], ['ntk-velocity', 'velocity of the tangent kernel']];

/** The form for a study, filled in as that of the id asked, if one is named. */
export async function form(like) {
  const before = like ? await get(`/dynamics/${like}`) : null;
  const asked = before?.request;
  const sets = (await scoreSets()).filter(set => set.dataset !== null);
  if (!sets.length) return nothing('Start a study');
  const model = await modelField(asked?.model);
  const fields = [
    field('Study', select('study', STUDIES, asked?.study)),
    field('Groups by the score set', select('scoreSet', sets.map(set => [set.id, set.title]), asked?.scoreSet)),
    model.element,
    whole('Groups', 'groups', asked?.groups ?? 10, 1, 100),
    whole('Epochs', 'epochs', asked?.epochs ?? 10, 1, 10000),
    field('After the epochs (empty: the service chooses)', h('input', {
      name: 'at', value: asked?.at?.join(', ') ?? '', placeholder: '0, 1, 2, 5', pattern: NUMBERS })),
    whole('Runs', 'runs', asked?.runs ?? 1, 1, 100),
    whole('Seed', 'seed', asked?.seed ?? 42)];
  const { elements } = requestForm({
    path: '/dynamics', page: 'dynamics', model, fields, tell,
    body: values => {
      const at = numbers(values.get('at'));
      const set = sets.find(one => one.id === values.get('scoreSet'));
      const study = values.get('study');
      return {
        // What only the other study takes must not come along.
        ...(asked?.study === study ? asked : {}),
        study,
        dataset: set.dataset,
        model: model.name(),
        scoreSet: set.id,
        ...Object.fromEntries(['groups', 'epochs', 'runs', 'seed'].map(name => [name, Number(values.get(name))])),
        at: at.length ? at : undefined,
      };
    },
  });
  return [h('h1', {}, 'Start a study'), ...elements];
}

function tell({ estimate, reason }) {
  return estimate ? `About ${seconds(estimate.totalSeconds)} on ${estimate.device}.` : `No estimate: ${reason}.`;
}
