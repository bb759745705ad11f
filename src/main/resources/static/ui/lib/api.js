const KEY = 'winnow.api-key';

export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: value => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** What the service answered instead of what was asked for. */
export class Problem extends Error {
  constructor(status, body) {
    const fields = (body?.errors ?? []).map(error => `${error.field}: ${error.message}`).join('; ');
    super([body?.detail ?? body?.title ?? `the service answered ${status}`, fields].filter(Boolean).join(' – '));
    this.status = status;
  }
}

export async function request(path, options = {}) {
  const headers = new Headers(options.headers);
  if (key.get()) headers.set('Authorization', `Bearer ${key.get()}`);
  const answer = await fetch(path, { ...options, headers });
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
  return answer;
}

export async function get(path, signal) {
  return (await request(path, { signal })).json();
}

export async function post(path, body) {
  const answer = await request(path, {
    method: 'POST',
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return answer.json();
}

export function query(path, values) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== '' && value !== null && value !== undefined) parameters.set(name, value);
  }
  return `${path}?${parameters}`;
}

/** Reads server-sent events until they end; an EventSource could not send the key. */
export async function events(path, signal, heard) {
  const answer = await request(path, { signal, headers: { Accept: 'text/event-stream' } });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value.replaceAll('\r', '');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const of = name => lines.filter(line => line.startsWith(name)).map(line => line.slice(name.length).trimStart());
      if (of('data:').length) heard(of('event:')[0], JSON.parse(of('data:').join('\n')));
    }
  }
}

/** Saves an answer as a file. */
export async function download(path, name) {
  const blob = await (await request(path)).blob();
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Fills an image; where a key is needed the picture is fetched with it. */
export async function picture(image, path) {
  if (!key.get()) {
    image.src = path;
    return;
  }
  const address = URL.createObjectURL(await (await request(path)).blob());
  image.addEventListener('load', () => URL.revokeObjectURL(address), { once: true });
  image.src = address;
}
