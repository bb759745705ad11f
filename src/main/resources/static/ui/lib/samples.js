import { get, picture, query } from './api.js';
import { h, number } from './dom.js';

const known = new Map();

/** The dataset, if it is still there: its names of classes. */
export async function dataset(name) {
  if (!name) return null;
  if (!known.has(name)) known.set(name, get(`/datasets/${name}`).catch(() => null));
  return known.get(name);
}

export const className = (data, label) => label === null || label === undefined ? null : data?.classes?.[label] ?? `class ${label}`;

/** A grid of samples [{index, label?, predicted?, score?, key?}] with their pictures, where they are pictures. */
export function grid(label, data, samples) {
  const hasPictures = data?.state === 'READY' && data.shape?.[1] * data.shape?.[2] > 1;
  return h('ul', { class: 'samples', 'aria-label': label }, samples.map(sample => {
    const kind = className(data, sample.label);
    const image = hasPictures && h('img', { alt: `Sample ${sample.index}${kind ? `, ${kind}` : ''}`, loading: 'lazy' });
    if (image) picture(image, `/datasets/${data.name}/samples/${sample.index}/image`).catch(() => image.remove());
    return h('li', {}, image || null,
      h('div', {}, `# ${sample.index}`),
      kind && h('div', {}, kind),
      sample.predicted !== undefined && sample.predicted !== null
        && h('div', { class: 'dim' }, `predicted ${className(data, sample.predicted)}`),
      sample.score !== undefined && h('div', { class: 'dim' }, `score ${number(sample.score)}`),
      sample.key && h('div', { class: 'dim' }, sample.key));
  }));
}

/** All score sets, as choices. */
export async function scoreSets() {
  const page = await get(query('/score-sets', { size: 100 }));
  return page.items.map(set => ({
    ...set,
    title: `${set.method}${set.epoch === null ? '' : ` @ ${set.epoch}`} – ${set.name ?? set.dataset ?? 'imported'} (${set.createdAt.slice(0, 16).replace('T', ' ')})`,
  }));
}
