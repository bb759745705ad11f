import { key } from './api.js';
import { h } from './dom.js';

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

/** The line of a request. Who asks with a key has it in the environment: no line shows it. */
export function curl(path, body, method) {
  return ['curl', method && `-X ${method}`, quoted(location.origin + path),
    key.get() && '-H "Authorization: Bearer $WINNOW_API_KEY"',
    body !== undefined && `-H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`,
  ].filter(Boolean).join(' ');
}

/** Lines of Python that read an array. */
export function python(path) {
  const address = JSON.stringify(location.origin + path);
  return (key.get()
    ? ['import io, numpy, os, urllib.request',
      `request = urllib.request.Request(${address},`,
      '    headers={"Authorization": "Bearer " + os.environ["WINNOW_API_KEY"]})']
    : ['import io, numpy, urllib.request', `request = urllib.request.Request(${address})`])
    .concat('keep = numpy.load(io.BytesIO(urllib.request.urlopen(request).read()))').join('\n');
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
