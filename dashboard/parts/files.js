import { get } from '../api.js';
import { button, h, show, state, table, when } from '../dom.js';

const perPage = 50;

/** Marks of the pages before this one; the last of them is where this page begins. */
let marks = [];
let filter = {};

/** Files with their fate: one page of them, however many there are. */
export async function showFiles() {
  const page = await get('files', { ...filter, limit: perPage, after: marks.at(-1) });
  show('files-body', { ...page, at: marks.length }, drawFiles);
}

export function followFiles(refresh) {
  document.getElementById('files-filter').onsubmit = (event) => {
    event.preventDefault();
    filter = Object.fromEntries(new FormData(event.target));
    marks = [];
    void refresh();
  };
  turn = (to) => {
    marks = to;
    void refresh();
  };
}

let turn = () => {};

const counted = ({ accepted, lines, quarantined }) => (lines === undefined ? '' : `${lines} = ${accepted} + ${quarantined}`);

function drawFiles({ at, files, next }) {
  return [
    table(
      `Page ${at + 1}, ${Object.values(filter).some((value) => value) ? 'of those asked for' : 'newest first'}.`,
      [
        ['Path', ({ file, path }) => [h('span', {}, path), h('br'), h('code', {}, file)]],
        ['Landed', ({ lastModified }) => when(lastModified)],
        ['Bytes #', ({ length }) => length.toLocaleString()],
        ['Fate', ({ because, fate, release }) => [state(fate), ' ', because || (release ? h('code', {}, release) : '')]],
        ['Lines = good + quarantined', counted],
      ],
      files,
      'No such file.',
    ),
    h(
      'p',
      {},
      at > 0 ? button('files-back', 'Earlier page', () => turn(marks.slice(0, -1))) : '',
      ' ',
      next ? button('files-on', 'Next page', () => turn([...marks, next])) : '',
    ),
  ];
}
