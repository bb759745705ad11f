import { get, query } from '../lib/api.js';
import { boxes, field, h, number, seconds, select, whole } from '../lib/dom.js';
import { modelField } from '../lib/models.js';
import { NUMBERS, numbers, requestForm } from '../lib/request-form.js';

/** The form for a job, filled in as the job of the id asked, if one is named. */
export async function form(like) {
  const [datasets, methods, before] = await Promise.all([
    get(query('/datasets', { size: 500 })), get('/score-methods'), like ? get(`/jobs/${like}`) : null]);
  const ready = datasets.items.filter(data => data.state === 'READY');
  if (!ready.length) {
    return [h('h1', {}, 'Start a job'), h('p', {}, 'A job needs a ', h('a', { href: '#/datasets' }, 'dataset'), ' that is READY.')];
  }
  const asked = before?.request;
  const model = await modelField(asked?.model);
  const fields = [
    field('Dataset', select('dataset', ready.map(data => data.name), asked?.dataset)),
    model.element,
    boxes('Methods', 'methods', methods.items.map(method => method.id), asked?.methods ?? ['el2n']),
    whole('Runs', 'runs', asked?.runs ?? 3, 1, 1000),
    whole('Epochs', 'epochs', asked?.epochs ?? 4, 1, 10000),
    field('Score after the epochs (empty: the last)', h('input', {
      name: 'scoreAt', value: asked?.scoreAt.join(', '), placeholder: '2, 4', pattern: NUMBERS })),
    whole('Seed', 'seed', asked?.seed ?? 42),
    whole('Batch size', 'batchSize', asked?.training.batchSize ?? 128, 1, 65536),
    field('Learning rate', h('input', {
      type: 'number', name: 'learningRate', value: asked?.training.learningRate ?? 0.1, min: 0, step: 'any', required: true })),
    field('Augmentation', select('augmentation', ['auto', 'none', 'crop-flip'], asked?.training.augmentation ?? 'auto'))];
  const { elements } = requestForm({
    path: '/jobs', page: 'jobs', model, fields, tell, complete: ({ methods: chosen }) => chosen.length > 0,
    body: values => requestOf(values, model.name(), asked),
  });
  return [h('h1', {}, 'Start a job'), ...elements];
}

function requestOf(values, model, asked) {
  const epochs = Number(values.get('epochs'));
  const at = numbers(values.get('scoreAt'));
  // Another number of epochs has another last one.
  const follows = asked && epochs !== asked.epochs && at.join() === asked.scoreAt.join();
  return {
    ...asked,
    dataset: values.get('dataset'),
    model,
    methods: values.getAll('methods'),
    runs: Number(values.get('runs')),
    epochs,
    scoreAt: at.length && !follows ? at : undefined,
    seed: Number(values.get('seed')),
    training: {
      ...asked?.training,
      batchSize: Number(values.get('batchSize')),
      learningRate: Number(values.get('learningRate')),
      augmentation: values.get('augmentation'),
    },
  };
}

function tell({ estimate, reason }) {
  return estimate
    ? `About ${seconds(estimate.totalSeconds)} on ${estimate.device}: ${seconds(estimate.trainingSeconds)} of training and`
      + ` ${seconds(estimate.scoringSeconds)} of scoring, with ${number(Math.round(estimate.memoryBytes / 1e6))} MB of memory.`
    : `No estimate: ${reason}.`;
}
