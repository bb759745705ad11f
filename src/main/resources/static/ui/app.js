import { key } from './lib/api.js';
import { failure, field, h } from './lib/dom.js';

const PAGES = ['datasets', 'jobs', 'scores', 'subsets', 'suspects'];
const main = document.getElementById('main');
let leaving = new AbortController();

function askForKey() {
  const input = h('input', { name: 'key', type: 'password', autocomplete: 'off', required: true });
  main.replaceChildren(h('h1', {}, 'API key'), h('form', {
    onsubmit: event => {
      event.preventDefault();
      key.set(input.value.trim());
      show();
    },
  }, field('This service asks for a key; it is kept until this tab is closed.', input), h('button', { class: 'main' }, 'Use it')));
  input.focus();
}

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const [path, search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [name = 'datasets', ...rest] = path.split('/').filter(Boolean);
  const page = PAGES.includes(name) ? name : 'datasets';
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#/${page}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${page[0].toUpperCase()}${page.slice(1)} – Winnow`;
  try {
    const { render } = await import(`./pages/${page}.js`);
    const content = await render({ rest: rest.map(decodeURIComponent), search: new URLSearchParams(search), signal });
    if (!signal.aborted) main.replaceChildren(...[content].flat().filter(Boolean));
  } catch (error) {
    if (signal.aborted) return;
    if (error.status === 401) askForKey();
    else main.replaceChildren(h('h1', {}, 'That did not work'), failure(error));
  }
}

document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', show);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
show();
