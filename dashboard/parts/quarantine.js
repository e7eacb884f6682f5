import { get, post } from '../api.js';
import { button, h, show, table } from '../dom.js';
import { askWhy, attempt } from '../reason.js';

let filter = {};
let looked;

/** Files with quarantined lines, and the lines of the one that is looked at. */
export async function showQuarantine() {
  const page = await get('quarantine', { ...filter, limit: 50 });
  show('quarantine-body', page, drawDesk);
}

export function followQuarantine(refresh) {
  document.getElementById('quarantine-filter').onsubmit = (event) => {
    event.preventDefault();
    filter = Object.fromEntries(new FormData(event.target));
    void refresh();
  };
}

const drawDesk = ({ files, next }) =>
  table(
    next ? 'The first of them; narrow the list to see others.' : 'Files with lines that were not accepted.',
    [
      ['Path', ({ file, path }) => [path, h('br'), h('code', {}, file)]],
      ['Fate', ({ discarded, fate }) => discarded || fate],
      ['Lines #', ({ lines }) => String(lines ?? '')],
      ['Quarantined #', ({ quarantined }) => String(quarantined)],
      ['Broken rules', ({ problems = {} }) => h('ul', {}, Object.entries(problems).map(([rule, count]) => h('li', {}, h('code', {}, rule), ` ${count}`)))],
      ['', actions],
    ],
    files,
    'The desk is empty.',
  );

function actions({ file, path }) {
  const act = (verb, title, text, send) =>
    button(`${verb}-${file}`, title, async () => {
      const why = await askWhy(`${title} ${path}`, text, title);
      if (why) await attempt(`${title} ${path}`, () => send(why));
    });
  return [
    button(`look-${file}`, 'Look', () => attempt(`Lines of ${path}`, () => look(file, path))),
    ' ',
    act('replay', 'Replay', 'The file is read again, in the place of what it gave before.', (why) => post('quarantine/replay', { files: [file], why })),
    ' ',
    act('discard', 'Discard', 'Its lines stay where they are, and leave the desk.', (why) => post(`quarantine/${file}/discard`, { why })),
  ];
}

async function look(file, path) {
  looked = file;
  const { lines, next } = await get(`quarantine/${file}/lines`, { limit: 50 });
  if (looked === file) show('lines-body', { path, lines, next }, drawLines);
}

const drawLines = ({ lines, next, path }) =>
  table(
    `Quarantined lines of ${path}${next ? ' (the first of them)' : ''}; what is personal is masked.`,
    [
      ['Line #', ({ line }) => String(line)],
      ['Table', ({ table: into }) => into],
      ['Problems', ({ problems }) => problems.map((each) => h('code', {}, each, ' '))],
      ['Read as', ({ columns }) => h('code', {}, Object.entries(columns).map(([name, value]) => `${name}=${value}`).join(' '))],
    ],
    lines,
    'No line of this file is quarantined now.',
  );
