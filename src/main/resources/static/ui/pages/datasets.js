import { get, post, query } from '../lib/api.js';
import { bars } from '../lib/charts.js';
import { copyable, curl, failure, field, h, number, select, table } from '../lib/dom.js';
import { grid } from '../lib/samples.js';

const FORMATS = ['idx', 'cifar-binary', 'npy', 'image-folder', 'parquet', 'webdataset'];
const SHOWN = 24;

export async function render({ rest, signal }) {
  return rest.length ? one(rest[0], signal) : list();
}

async function list() {
  const page = await get(query('/datasets', { size: 100 }));
  return [
    h('h1', {}, 'Datasets'),
    page.items.length
      ? table('Datasets', ['Name', 'State', 'Format', 'Train', 'Test', 'Classes'], page.items.map(data => [
        h('a', { href: `#/datasets/${data.name}` }, data.name), data.state, data.format,
        data.train?.size ?? '–', data.test?.size ?? '–', data.classes?.length ?? '–']))
      : h('p', {}, 'None yet.'),
    h('h2', {}, 'Register one'), form(),
  ];
}

function form() {
  const problem = h('div');
  return h('form', {
    onsubmit: async event => {
      event.preventDefault();
      const body = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ''));
      try {
        const data = await post('/datasets', body);
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

function browser(data) {
  const holder = h('div');
  let from = 0;
  const show = step => {
    from = Math.max(0, Math.min(from + step, data.train.size - 1));
    const count = Math.min(SHOWN, data.train.size - from);
    holder.replaceChildren(grid(`Samples from ${from}`, data, Array.from({ length: count }, (_, i) => ({ index: from + i }))));
  };
  show(0);
  return h('div', {}, holder, h('div', { class: 'actions' },
    h('button', { type: 'button', onclick: () => show(-SHOWN) }, 'Previous'),
    h('button', { type: 'button', onclick: () => show(SHOWN) }, 'Next')));
}
