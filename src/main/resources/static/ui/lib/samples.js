import { get, picture, query } from './api.js';
import { field, h, moment, number, select } from './dom.js';

const known = new Map();
const SHOWN_SETS = 100;

/** The dataset, if it is still there: its names of classes. */
export async function dataset(name) {
  if (!name) return null;
  if (!known.has(name)) {
    const found = await get(`/datasets/${name}`).catch(() => null);
    if (found?.state !== 'READY') return found;
    known.set(name, found);
  }
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

/** What a score set is called in lists. */
const setTitle = set => `${set.method}${set.epoch === null ? '' : ` @ ${set.epoch}`} – `
  + `${set.name ?? set.dataset ?? 'imported'} (${moment(set.createdAt).slice(0, 16)})`;

/** The newest score sets, as choices. */
export async function scoreSets(filter = {}) {
  const page = await get(query('/score-sets', { ...filter, size: SHOWN_SETS }));
  return page.items.map(set => ({ ...set, title: setTitle(set) }));
}

/** The score set that a page is about: the one of the id, or the newest; null where there is none. */
export async function chosenSet(id) {
  const sets = await scoreSets();
  const set = sets.find(one => one.id === id) ?? (id ? await get(`/score-sets/${id}`) : sets[0]);
  return set ? { sets, set, data: await dataset(set.dataset) } : null;
}

/** Lets another score set be chosen for the page. */
export function picker(sets, set, page) {
  const titles = sets.map(one => [one.id, one.title]);
  if (!sets.some(one => one.id === set.id)) titles.unshift([set.id, setTitle(set)]);
  const chosen = select('set', titles, set.id);
  chosen.addEventListener('change', () => { location.hash = `#/${page}/${chosen.value}`; });
  return h('div', { class: 'controls' }, field('Score set', chosen), h('a', { href: '#/sets' }, 'All score sets'));
}

/** What a page shows that needs scores while there are none. */
export function nothing(title) {
  return [h('h1', {}, title), h('p', {}, 'Nothing is scored yet. ', h('a', { href: '#/jobs/new' }, 'Start a job'), '.')];
}
