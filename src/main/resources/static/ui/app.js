import { failure, h } from './lib/dom.js';
import { keyForm } from './lib/key-form.js';

/** The pages, each with the one that stands for it in the navigation. */
const PAGES = {
  datasets: 'datasets', jobs: 'jobs', scores: 'scores', sets: 'scores', subsets: 'subsets', suspects: 'suspects', audits: 'suspects',
  evaluations: 'evaluations', dynamics: 'dynamics', key: 'key',
};
const main = document.getElementById('main');
let leaving = new AbortController();

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const { hash } = location;
  const [path, search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = 'datasets', ...rest] = path.split('/').filter(Boolean);
  const page = name in PAGES ? name : 'datasets';
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#/${PAGES[page]}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${page[0].toUpperCase()}${page.slice(1)} – Winnow`;
  main.setAttribute('aria-busy', 'true');
  const content = await contentOf(page, { rest: rest.map(decodeURIComponent), search: new URLSearchParams(search), signal });
  if (signal.aborted) return;
  main.replaceChildren(...[content].flat(2).filter(Boolean));
  main.removeAttribute('aria-busy');
  main.dataset.shown = hash;
}

async function contentOf(page, where) {
  try {
    const { render } = await import(`./pages/${page}.js`);
    return await render(where);
  } catch (error) {
    return error.status === 401 ? keyForm(show) : [h('h1', {}, 'That did not work'), failure(error)];
  }
}

document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', show);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
show();
