/** Makes elements. Texts become text nodes, never markup. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

export function number(value, digits = 3) {
  if (value === null || value === undefined) return '–';
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(digits);
}

export function seconds(value) {
  if (value === null || value === undefined) return '–';
  if (value < 90) return `${Math.round(value)} s`;
  return value < 5400 ? `${Math.round(value / 60)} min` : `${(value / 3600).toFixed(1)} h`;
}

/** A table of rows of cells; numbers stand to the right. */
export function table(caption, heads, rows) {
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    h('table', {},
      h('thead', {}, h('tr', {}, heads.map(head => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, rows.map(row => h('tr', {}, row.map(cell =>
        h('td', typeof cell === 'number' ? { class: 'number' } : {}, typeof cell === 'number' ? number(cell) : cell)))))));
}

export function field(label, input) {
  return h('label', {}, label, input);
}

export function select(name, options, chosen) {
  return h('select', { name }, options.map(option => {
    const [value, text] = Array.isArray(option) ? option : [option, option];
    return h('option', { value, selected: value === chosen }, text);
  }));
}

export function failure(error) {
  return h('p', { class: 'error', role: 'alert' }, error.message);
}

/** Calls the function once the calls of it stop coming. */
export function debounced(action, milliseconds = 120) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}

/** A fraction in percent; its error, where there is one, behind it. */
export function percent(value, margin) {
  if (value === null || value === undefined) return '–';
  const shown = x => (100 * x).toFixed(1);
  return margin === null || margin === undefined ? `${shown(value)} %` : `${shown(value)} ± ${shown(margin)} %`;
}

/** A time of the service, to the second. */
export const moment = time => time ? time.slice(0, 19).replace('T', ' ') : '–';

/** A whole number to be filled in. */
export function whole(label, name, value, min, max) {
  return field(label, h('input', { type: 'number', name, value, min, max, step: 1, required: true }));
}

/** Boxes to be ticked, under one heading. */
export function boxes(title, name, options, ticked) {
  return h('fieldset', {}, h('legend', {}, title), options.map(option => {
    const [value, text] = Array.isArray(option) ? option : [option, option];
    return h('label', {}, h('input', { type: 'checkbox', name, value, checked: ticked.includes(value) }), ` ${text}`);
  }));
}
