import { post } from './api.js';
import { copyable, curl } from './commands.js';
import { debounced, failure, h } from './dom.js';

/**
 * A form that asks for work on the queue: it shows the line of its request and what that would take, and leads to the work.
 *
 * @param path that the request is sent to
 * @param page that shows the work
 * @param model that the form lets choose, see models.js
 * @param fields of the form
 * @param body makes the request of the values
 * @param complete whether a request can be estimated
 * @param tell says in words what the estimate is; left out where there is none
 */
export function requestForm({ path, page, model, fields, body, complete = () => true, tell }) {
  const told = h('div', { role: 'status' });
  const line = h('div');
  const element = h('form', { onsubmit: event => { event.preventDefault(); submit(); } },
    fields, h('button', { class: 'main' }, 'Start'), told);
  const request = () => body(new FormData(element));
  const fail = error => told.replaceChildren(failure(error));
  const submit = async () => {
    try {
      await model.register();
      location.hash = `#/${page}/${(await post(path, request())).id}`;
    } catch (error) {
      fail(error);
    }
  };
  let asked = 0;
  const estimate = async () => {
    const mine = ++asked;
    line.replaceChildren(copyable('curl', curl(path, request())));
    if (!tell) return;
    delete told.dataset.estimate;
    if (!element.checkValidity() || !complete(request())) {
      told.textContent = 'An estimate needs all fields to be filled in.';
    } else if (model.isNew()) {
      told.replaceChildren('An estimate needs a registered model. ', h('button', {
        type: 'button', onclick: () => model.register().then(estimate, fail),
      }, `Register ${model.name()}`));
    } else {
      told.textContent = 'Estimating …';
      try {
        const answer = await post(`${path}?dryRun=true`, request());
        if (mine !== asked) return;
        told.textContent = tell(answer);
        told.dataset.estimate = '';
      } catch (error) {
        if (mine === asked) fail(error);
      }
    }
  };
  const changed = debounced(estimate, 400);
  element.addEventListener('input', changed);
  estimate();
  return { elements: [element, line], changed };
}

/** Numbers that are written one after the other. */
export const numbers = text => text.split(',').map(one => one.trim()).filter(Boolean).map(Number);

/** The pattern of whole ones, which may stay away altogether. */
export const NUMBERS = '\\s*(\\d+\\s*(,\\s*\\d+\\s*)*)?';
