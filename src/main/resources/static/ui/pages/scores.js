import { get, query } from '../lib/api.js';
import { bars, lines, middles } from '../lib/charts.js';
import { copyable, curl, failure, field, h, number, select, table } from '../lib/dom.js';
import { dataset, grid, scoreSets } from '../lib/samples.js';

const SHOWN = 24;

export async function render({ rest }) {
  const sets = await scoreSets();
  if (!sets.length) return nothing('Scores');
  const set = sets.find(one => one.id === rest[0]) ?? (rest[0] ? await get(`/score-sets/${rest[0]}`) : sets[0]);
  const data = await dataset(set.dataset);
  return [
    h('h1', {}, `Scores: ${set.method}`),
    picker(sets, set, 'scores'),
    h('p', {}, `${number(set.size)} samples, ${set.runs} ${set.runs === 1 ? 'run' : 'runs'}; the ${set.keeps.toLowerCase()} are important.`
      + ` Mean ${number(set.mean)} ± ${number(set.std)}, from ${number(set.min)} to ${number(set.max)}.`),
    set.warnings.map(warning => h('p', { class: 'warning' }, warning)),
    h('div', { class: 'columns' },
      h('section', {}, h('h2', {}, 'Histogram'),
        bars('Samples by score', middles(set.histogram.edges), [{ label: 'samples', values: set.histogram.counts }], { dense: true })),
      reliability(set)),
    agreement(sets, set),
    h('h2', {}, 'Most important'), ranked(set, data, 'most'),
    h('h2', {}, 'Least important'), ranked(set, data, 'least'),
    copyable('curl', curl(`/score-sets/${set.id}`)),
  ].flat();
}

export function nothing(title) {
  return [h('h1', {}, title), h('p', {}, 'Nothing is scored yet. ', h('a', { href: '#/jobs/new' }, 'Start a job'), '.')];
}

/** Lets another score set be chosen for the page. */
export function picker(sets, set, page) {
  const titles = sets.map(one => [one.id, one.title]);
  if (!sets.some(one => one.id === set.id)) titles.unshift([set.id, set.method]);
  const chosen = select('set', titles, set.id);
  chosen.addEventListener('change', () => { location.hash = `#/${page}/${chosen.value}`; });
  return h('div', { class: 'controls' }, field('Score set', chosen));
}

function reliability(set) {
  const found = set.reliability;
  if (!found) return null;
  return h('section', {}, h('h2', {}, 'Reliability'),
    h('p', {}, `Two halves of the runs order the samples with a rank correlation of ${number(found.splitHalfSpearman)};`
      + ` of all runs ${number(found.spearmanBrown)} is expected.`),
    lines('Share of the kept samples that both halves keep, by ratio', found.overlap.map(one => one.ratio), [
      { label: 'overlap', values: found.overlap.map(one => one.share) }]));
}

function agreement(sets, set) {
  const others = sets.filter(one => one.id !== set.id && one.size === set.size);
  if (!others.length) return null;
  const told = h('div', { role: 'status' });
  const chosen = select('with', others.map(one => [one.id, one.title]));
  const compare = async () => {
    try {
      const found = await get(query(`/score-sets/${set.id}/compare`, { with: chosen.value }));
      told.replaceChildren(table('Agreement', ['Rank correlation', 'Correlation', 'Kept by both at ratio 0.5'],
        [[number(found.spearman), number(found.pearson), `${(100 * found.overlap).toFixed(1)} %`]]));
    } catch (error) {
      told.replaceChildren(failure(error));
    }
  };
  chosen.addEventListener('change', compare);
  compare();
  return h('section', {}, h('h2', {}, 'Agreement'), h('div', { class: 'controls' }, field('With', chosen)), told);
}

function ranked(set, data, order) {
  const holder = h('div');
  let page = 0;
  const show = async step => {
    const next = Math.max(0, page + step);
    try {
      const found = await get(query(`/score-sets/${set.id}/samples`, { order, page: next, size: SHOWN }));
      if (!found.items.length && next) return;
      page = next;
      holder.replaceChildren(grid(`The ${order} important samples`, data, found.items));
    } catch (error) {
      holder.replaceChildren(failure(error));
    }
  };
  show(0);
  return h('div', {}, holder, h('div', { class: 'actions' },
    h('button', { type: 'button', 'aria-label': `Previous ${order} important`, onclick: () => show(-1) }, 'Previous'),
    h('button', { type: 'button', 'aria-label': `Next ${order} important`, onclick: () => show(1) }, 'Next')));
}
