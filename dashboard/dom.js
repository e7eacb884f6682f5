const svgNamespace = 'http://www.w3.org/2000/svg';
const svgTags = new Set(['svg', 'g', 'line', 'rect', 'circle', 'path', 'text', 'title']);

/** An element with attributes, listeners (`onclick`) and children. Text stays text: nothing here reads markup. */
export function h(tag, attributes = {}, ...children) {
  const element = svgTags.has(tag) ? document.createElementNS(svgNamespace, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Number.POSITIVE_INFINITY).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const shown = new Map();

/** Shows nodes in a place, but only if the data behind them have changed; the focus stays where it is. */
export function show(place, data, draw) {
  const text = JSON.stringify(data);
  if (shown.get(place) === text) return;
  shown.set(place, text);
  const focused = document.activeElement?.id;
  document.getElementById(place).replaceChildren(...[draw(data)].flat(Number.POSITIVE_INFINITY));
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

/** Draws the place again next time, whatever is known. */
export const forget = (place) => shown.delete(place);

/** `columns` are pairs of a title and what to show of a row; a title with a trailing # is a column of numbers. */
export function table(caption, columns, rows, empty) {
  if (rows.length === 0) return h('p', { class: 'empty' }, empty);
  const kind = (title) => (title.endsWith('#') ? { class: 'number' } : {});
  const head = columns.map(([title]) => h('th', { scope: 'col', ...kind(title) }, title.replace(/ ?#$/, '')));
  const body = rows.map((row) => h('tr', {}, columns.map(([title, cell]) => h('td', kind(title), cell(row)))));
  return h('table', {}, h('caption', {}, caption), h('thead', {}, h('tr', {}, head)), h('tbody', {}, body));
}

export const state = (word) => h('span', { class: `state ${word}` }, word);

export const when = (iso) => (iso ? h('time', { datetime: iso, title: iso }, new Date(iso).toLocaleString()) : '');

export const seconds = (from, to) => (Date.parse(to) - Date.parse(from)) / 1000;

export const span = (value) => (value < 90 ? `${value.toFixed(1)} s` : value < 5400 ? `${(value / 60).toFixed(1)} min` : `${(value / 3600).toFixed(1)} h`);

/** A button that can be found again by its id after its part was drawn anew. */
export const button = (id, label, onclick) => h('button', { type: 'button', id, onclick }, label);

export function say(text) {
  document.getElementById('message').textContent = text;
}
