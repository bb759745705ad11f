import { key } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { keyForm } from '../lib/key-form.js';

export async function render() {
  const holder = h('div');
  const show = () => holder.replaceChildren(...keyForm(show), h('p', { role: 'status' }, key.get()
    ? 'Requests of this tab bear a key.'
    : 'No key is in use.'), ...(key.get()
    ? [h('button', { type: 'button', onclick: () => { key.forget(); show(); } }, 'Forget it')]
    : []));
  show();
  return holder;
}
