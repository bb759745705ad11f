import { get, post, query } from '../lib/api.js';
import { copyable, curl, debounced, failure, field, h, seconds, select } from '../lib/dom.js';

const NEW = 'new:';

/** The form for a job, filled in as the job of the id asked, if one is named. */
export async function form(like) {
  const [datasets, models, architectures, methods, before] = await Promise.all([
    get(query('/datasets', { size: 100 })), get(query('/models', { size: 100 })), get('/architectures'), get('/score-methods'),
    like ? get(`/jobs/${like}`) : null]);
  const ready = datasets.items.filter(data => data.state === 'READY');
  if (!ready.length) {
    return [h('h1', {}, 'Start a job'), h('p', {}, 'A job needs a ', h('a', { href: '#/datasets' }, 'dataset'), ' that is READY.')];
  }
  const asked = before?.request;
  const names = models.items.map(model => model.name);
  const choices = [
    ...names.map(name => [name, name]),
    ...architectures.items.filter(one => !names.includes(one.name)).map(one => [NEW + one.name, `${one.name} (new)`])];
  const told = h('div', { role: 'status' });
  const line = h('div');
  const element = h('form', { onsubmit: event => { event.preventDefault(); submit(); } },
    field('Dataset', select('dataset', ready.map(data => data.name), asked?.dataset)),
    field('Model', select('model', choices, asked?.model)),
    h('fieldset', {}, h('legend', {}, 'Methods'), methods.items.map(method => h('label', {},
      h('input', { type: 'checkbox', name: 'methods', value: method.id, checked: (asked?.methods ?? ['el2n']).includes(method.id) }),
      ` ${method.id}`))),
    whole('Runs', 'runs', asked?.runs ?? 3, 1, 1000),
    whole('Epochs', 'epochs', asked?.epochs ?? 4, 1, 10000),
    whole('Seed', 'seed', asked?.seed ?? 42),
    h('button', { class: 'main' }, 'Start'), told);

  const body = () => {
    const values = new FormData(element);
    return {
      ...asked,
      dataset: values.get('dataset'),
      model: values.get('model').replace(NEW, ''),
      methods: values.getAll('methods'),
      runs: Number(values.get('runs')),
      epochs: Number(values.get('epochs')),
      seed: Number(values.get('seed')),
      ...(asked && Number(values.get('epochs')) !== asked.epochs ? { scoreAt: undefined } : {}),
    };
  };
  const register = async () => {
    const chosen = element.elements.model.value;
    if (chosen.startsWith(NEW)) {
      const name = chosen.slice(NEW.length);
      await post('/models', { name, architecture: name });
      const option = element.elements.model.selectedOptions[0];
      option.value = name;
      option.textContent = name;
    }
  };
  const submit = async () => {
    try {
      await register();
      location.hash = `#/jobs/${(await post('/jobs', body())).id}`;
    } catch (error) {
      told.replaceChildren(failure(error));
    }
  };
  const estimate = debounced(async () => {
    line.replaceChildren(copyable('curl', curl('/jobs', body())));
    if (!element.checkValidity() || element.elements.model.value.startsWith(NEW) || !body().methods.length) {
      told.textContent = 'An estimate needs a registered model and a method.';
      return;
    }
    try {
      const answer = await post('/jobs?dryRun=true', body());
      told.textContent = answer.estimate
        ? `About ${seconds(answer.estimate.totalSeconds)} on ${answer.estimate.device}: ${seconds(answer.estimate.trainingSeconds)} of training and ${seconds(answer.estimate.scoringSeconds)} of scoring.`
        : `No estimate: ${answer.reason}`;
    } catch (error) {
      told.replaceChildren(failure(error));
    }
  }, 400);
  element.addEventListener('input', estimate);
  estimate();
  return [h('h1', {}, 'Start a job'), element, line];
}

function whole(label, name, value, min, max) {
  return field(label, h('input', { type: 'number', name, value, min, max, step: 1, required: true }));
}
