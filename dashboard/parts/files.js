import { get, post } from '../api.js';
import { button, h, show, state, table, when } from '../dom.js';
import { actionButton } from '../reason.js';

const perPage = 50;

/** Page tokens of the pages before this one; the last of them is where this page begins. */
let tokens = [];
let filter = {};

/** Files with their status: one page of them, however many there are. */
export async function showFiles() {
  const page = await get('files', { ...filter, limit: perPage, after: tokens.at(-1) });
  show('files-body', { ...page, at: tokens.length }, drawFiles);
}

export function followFiles(refresh) {
  document.getElementById('files-filter').onsubmit = (event) => {
    event.preventDefault();
    filter = Object.fromEntries(new FormData(event.target));
    tokens = [];
    void refresh();
  };
  turn = (to) => {
    tokens = to;
    void refresh();
  };
}

let turn = () => {};

const countLines = ({ accepted, lines, quarantinedLines }) => (lines === undefined ? '' : `${lines} = ${accepted} + ${quarantinedLines}`);

function drawFiles({ at, files, next }) {
  return [
    table(
      `Page ${at + 1}, ${Object.values(filter).some((value) => value) ? 'of those selected' : 'newest first'}.`,
      [
        ['Path', ({ file, path }) => [h('span', {}, path), h('br'), h('code', {}, file)]],
        ['Landed', ({ lastModified }) => when(lastModified)],
        ['Bytes #', ({ length }) => length.toLocaleString()],
        ['Status', ({ reason, release, status }) => [state(status), ' ', reason || (release ? h('code', {}, release) : '')]],
        ['Lines = good + quarantined', countLines],
        ['', actions],
      ],
      files,
      'No such file.',
    ),
    h(
      'p',
      {},
      at > 0 ? button('files-back', 'Earlier page', () => turn(tokens.slice(0, -1))) : '',
      ' ',
      next ? button('files-on', 'Next page', () => turn([...tokens, next])) : '',
    ),
  ];
}

function actions({ file, path, status }) {
  const action = (verb, label, text) =>
    actionButton(`${verb}-${file}`, label, { of: path, text }, (body) => post(`files/${file}/${verb}`, body));
  if (status === 'excluded') return action('include', 'Include', 'It is loaded with the next batch if its path has no newer content.');
  if (status === 'ignored') return '';
  return action('exclude', 'Exclude', 'It is kept out, and its rows leave all layers with the next batch.');
}
