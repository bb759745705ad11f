import { h } from './dom.js';

/** Texts that a spreadsheet would take for a formula are led by an apostrophe, as those of the service are. */
function cell(value) {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r\n\0]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(heads, rows) {
  return [heads, ...rows].map(row => row.map(cell).join(',')).join('\n').concat('\n');
}

/** Saves a text as a file. */
export function saveText(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
