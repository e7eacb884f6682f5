import { get, post } from '../api.js';
import { button, h, show, table } from '../dom.js';
import { actionButton, attempt } from '../reason.js';

let filter = {};
let shownFile;

/** Files with quarantined lines or set aside as a whole, and the lines of the one that is looked at. */
export async function showQuarantine() {
  let page = await get('quarantine', { ...filter, limit: 50 });
  // A page may be empty although a later one is not.
  while (page.files.length === 0 && page.next) page = await get('quarantine', { ...filter, limit: 50, after: page.next });
  show('quarantine-body', page, drawFiles);
}

export function followQuarantine(refresh) {
  document.getElementById('quarantine-filter').onsubmit = (event) => {
    event.preventDefault();
    filter = Object.fromEntries(new FormData(event.target));
    void refresh();
  };
}

const drawFiles = ({ files, next }) =>
  table(
    next ? 'The first of them; narrow the list to see others.' : 'Files that were not accepted, or lines of them.',
    [
      ['Path', ({ file, path }) => [path, h('br'), h('code', {}, file)]],
      ['Status', ({ dismissed, status }) => dismissed || status],
      ['Reason', ({ reason = '' }) => reason],
      ['Lines #', ({ lines }) => String(lines ?? '')],
      ['Quarantined #', ({ quarantinedLines }) => String(quarantinedLines ?? '')],
      ['Broken rules', ({ violations = {} }) => h('ul', {}, Object.entries(violations).map(([rule, count]) => h('li', {}, h('code', {}, rule), ` ${count}`)))],
      ['', actions],
    ],
    files,
    'Nothing is in quarantine.',
  );

function actions({ file, path, violations = {} }) {
  const action = (verb, label, text, send) => actionButton(`${verb}-${file}`, label, { of: path, text }, send);
  return [
    button(`look-${file}`, 'Look', () => attempt(`Lines of ${path}`, () => look(file, path))),
    ' ',
    action('replay', 'Replay', 'The file is read again, in the place of what it gave before.', (body) => post('quarantine/replay', { files: [file], ...body })),
    ' ',
    action('dismiss', 'Dismiss', 'Its lines are kept, and leave this list.', (body) => post(`quarantine/${file}/dismiss`, body)),
    ...(violations.file_is_mostly_broken
      ? [' ', action('accept', 'Accept', 'Its good lines count in spite of its broken ones.', (body) => post(`files/${file}/accept`, body))]
      : []),
  ];
}

async function look(file, path) {
  shownFile = file;
  const { lines, next } = await get(`quarantine/${file}/lines`, { limit: 50 });
  if (shownFile === file) show('lines-body', { path, lines, next }, drawLines);
}

const drawLines = ({ lines, next, path }) =>
  table(
    `Quarantined lines of ${path}${next ? ' (the first of them)' : ''}; what is personal is masked.`,
    [
      ['Line #', ({ line }) => String(line)],
      ['Table', ({ table: into }) => into],
      ['Violations', ({ violations }) => violations.map((rule) => h('code', {}, rule, ' '))],
      ['Read as', ({ columns }) => h('code', {}, Object.entries(columns).map(([name, value]) => `${name}=${value}`).join(' '))],
    ],
    lines,
    'No line of this file is quarantined now.',
  );
