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

/** Shows a command and copies it. */
export function copyable(title, text) {
  const said = h('span', { role: 'status' });
  const shown = h('pre', { tabindex: 0 }, text);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = ' copied';
    } catch {
      // Browsers give the clipboard to pages of HTTPS and of this machine only.
      getSelection().selectAllChildren(shown);
      said.textContent = ' selected, to be copied by hand';
    }
  };
  return h('details', {}, h('summary', {}, title), shown,
    h('button', { type: 'button', onclick: copy }, `Copy ${title}`), said);
}

export function curl(path, body) {
  const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
  const address = quoted(location.origin + path);
  return body === undefined ? `curl ${address}`
    : `curl ${address} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`;
}
