import { get, post } from '../lib/api.js';
import { bars } from '../lib/charts.js';
import { copyable, curl } from '../lib/commands.js';
import { failure, field, h, number, select, table } from '../lib/dom.js';
import { paged } from '../lib/pager.js';
import { grid } from '../lib/samples.js';

const FORMATS = ['idx', 'cifar-binary', 'npy', 'image-folder', 'parquet', 'webdataset'];
const SHOWN = 24;

export async function render({ rest, signal }) {
  return rest.length ? one(rest[0], signal) : list();
}

async function list() {
  return [
    h('h1', {}, 'Datasets'),
    await paged('/datasets', {}, items => items.length
      ? table('Datasets', ['Name', 'State', 'Format', 'Train', 'Test', 'Classes'], items.map(data => [
        h('a', { href: `#/datasets/${data.name}` }, data.name), data.state, data.format,
        data.train?.size ?? '–', data.test?.size ?? '–', data.classes?.length ?? '–']))
      : h('p', {}, 'None yet.'), { what: 'datasets' }),
    h('h2', {}, 'Register one'), form(),
  ];
}

function form() {
  const problem = h('div');
  const line = h('div');
  const element = h('form', {
    oninput: () => tell(),
    onsubmit: async event => {
      event.preventDefault();
      try {
        const data = await post('/datasets', body());
        location.hash = `#/datasets/${data.name}`;
      } catch (error) {
        problem.replaceChildren(failure(error));
      }
    },
  },
  field('Name', h('input', { name: 'name', required: true, pattern: '[a-z0-9][a-z0-9._\\-]{0,62}' })),
  field('Format', select('format', FORMATS)),
  field('Location under a data root', h('input', { name: 'location', required: true, placeholder: 'samples/fashion-mnist' })),
  field('Description', h('input', { name: 'description' })),
  h('button', { class: 'main' }, 'Register'), problem);
  const body = () => Object.fromEntries([...new FormData(element)].filter(([, value]) => value !== ''));
  const tell = () => line.replaceChildren(copyable('curl', curl('/datasets', body())));
  tell();
  return h('div', {}, element, line);
}

async function one(name, signal) {
  const content = h('div');
  const path = `/datasets/${encodeURIComponent(name)}`;
  const update = async () => {
    const data = await get(path, signal);
    content.replaceChildren(...(data.state === 'INGESTING' ? [progress(data)] : details(data)));
    if (data.state === 'INGESTING') {
      setTimeout(() => { if (!signal.aborted) update().catch(error => content.replaceChildren(failure(error))); }, 1000);
    }
  };
  await update();
  return [h('h1', {}, name), content, copyable('curl', curl(path))];
}

function progress(data) {
  return h('p', { role: 'status' }, 'Ingesting … ',
    h('progress', { max: 1, value: data.progress, 'aria-label': 'Ingest' }), ` ${Math.round(100 * data.progress)} %`);
}

function details(data) {
  const ready = data.state === 'READY';
  return [
    h('p', { 'data-state': data.state }, `${data.state} – ${data.format}, ${data.location}`),
    data.description && h('p', {}, data.description),
    ready && h('p', {}, `${number(data.train.size)} training and ${number(data.test?.size ?? 0)} test samples of shape ${data.shape.join(' × ')}`),
    ready && bars('Training samples by class', data.classes, [{ label: 'samples', values: data.train.classCounts }]),
    data.problems.length > 0 && h('h2', {}, 'Problems'),
    data.problems.length > 0 && table('Problems', ['Sample', 'Problem'], data.problems.map(problem =>
      [problem.sample === null ? '–' : String(problem.sample), problem.message])),
    ready && h('h2', {}, 'Samples'),
    ready && browser(data),
  ].filter(Boolean);
}

/** The samples in their order, some at a time, from any of them on. */
function browser(data) {
  const holder = h('div');
  const last = data.train.size - 1;
  const from = h('input', { type: 'number', name: 'from', min: 0, max: last, step: 1, value: 0 });
  const show = async () => {
    const first = Number(from.value);
    const indices = Array.from({ length: Math.min(SHOWN, last + 1 - first) }, (_, i) => first + i);
    try {
      const samples = await Promise.all(indices.map(index => get(`/datasets/${data.name}/samples/${index}`)));
      if (Number(from.value) === first) holder.replaceChildren(grid(`Samples from ${first}`, data, samples.map(({ index, label, key }) => ({ index, label, key }))));
    } catch (error) {
      holder.replaceChildren(failure(error));
    }
  };
  const step = by => {
    from.value = Math.max(0, Math.min(Number(from.value) + by, last));
    show();
  };
  from.addEventListener('change', () => step(0));
  show();
  return h('div', {}, holder, h('div', { class: 'actions' },
    h('button', { type: 'button', onclick: () => step(-SHOWN) }, 'Previous'),
    h('button', { type: 'button', onclick: () => step(SHOWN) }, 'Next'),
    field('From sample', from)));
}
