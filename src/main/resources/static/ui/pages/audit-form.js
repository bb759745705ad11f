import { get, query } from '../lib/api.js';
import { boxes, field, h, select, whole } from '../lib/dom.js';
import { modelField } from '../lib/models.js';
import { requestForm } from '../lib/request-form.js';

const METHODS = ['el2n', 'aum', 'forgetting', 'loss'];

/** The form for a noise audit, filled in as that of the id asked, if one is named. */
export async function form(like) {
  const [datasets, methods, before] = await Promise.all([
    get(query('/datasets', { size: 500 })), get('/score-methods'), like ? get(`/noise-audits/${like}`) : null]);
  const ready = datasets.items.filter(data => data.state === 'READY');
  if (!ready.length) {
    return [h('h1', {}, 'Start an audit'), h('p', {}, 'An audit needs a ', h('a', { href: '#/datasets' }, 'dataset'), ' that is READY.')];
  }
  const asked = before?.request;
  const model = await modelField(asked?.model);
  const fields = [
    field('Dataset', select('dataset', ready.map(data => data.name), asked?.dataset)), model.element,
    boxes('Methods', 'methods', methods.items.map(method => method.id), asked?.methods ?? METHODS),
    field('Share of labels to make wrong', h('input', {
      type: 'number', name: 'fraction', value: asked?.fraction ?? 0.05, min: 0.001, max: 0.5, step: 'any', required: true })),
    whole('Runs', 'runs', asked?.runs ?? 3, 1, 100),
    whole('Epochs', 'epochs', asked?.epochs ?? 10, 1, 10000),
    whole('Seed', 'seed', asked?.seed ?? 42)];
  const { elements } = requestForm({
    path: '/noise-audits', page: 'audits', model, fields,
    body: values => {
      const epochs = Number(values.get('epochs'));
      return {
        ...asked,
        dataset: values.get('dataset'),
        model: model.name(),
        methods: values.getAll('methods'),
        ...Object.fromEntries(['fraction', 'runs', 'seed'].map(name => [name, Number(values.get(name))])),
        epochs,
        ...(asked && epochs !== asked.epochs ? { scoreAt: undefined } : {}),
      };
    },
  });
  return [h('h1', {}, 'Start an audit'), ...elements];
}
