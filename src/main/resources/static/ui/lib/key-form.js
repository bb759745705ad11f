import { key } from './api.js';
import { field, h } from './dom.js';

/** Where the key is entered that all requests bear from then on; it is kept until the tab is closed. */
export function keyForm(used) {
  const input = h('input', { name: 'key', type: 'password', autocomplete: 'off', required: true });
  return [
    h('h1', {}, 'API key'),
    h('p', {}, 'A service that others can reach asks for a key. The key is kept in this tab until it is closed, and sent to this service only.'),
    h('form', { onsubmit: event => { event.preventDefault(); key.set(input.value.trim()); used(); } },
      field('Key', input), h('button', { class: 'main' }, 'Use it')),
  ];
}
