import { ApiProblem, get } from '../api.js';
import { h, say, show, table } from '../dom.js';

/** What differs between two releases, or what a blocked release would change, when a person asks for it. */
export function followChanges() {
  const form = document.getElementById('changes-form');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { from, to } = form.elements;
    await compare(from.value, to.value);
  });
}

/** Compares what readers see with what they would see if nothing was blocked. */
export async function showStaged() {
  const { from, to } = document.getElementById('changes-form').elements;
  from.value = 'current';
  to.value = 'staged';
  await compare('current', 'staged');
  document.getElementById('changes').scrollIntoView();
}

async function compare(from, to) {
  try {
    const diff = await get(`releases/${encodeURIComponent(from)}/diff/${encodeURIComponent(to)}`);
    show('changes-body', diff, drawDiff);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    say(error.message);
  }
}

const drawDiff = ({ from, tables, to }) => [
  table(
    `What differs between ${from} and ${to}.`,
    [
      ['Table', ({ table: name }) => name],
      ['Added #', ({ added }) => added.toLocaleString()],
      ['Removed #', ({ removed }) => removed.toLocaleString()],
      ['Changed #', ({ changed }) => changed.toLocaleString()],
      ['Columns', ({ columns }) => Object.entries(columns).map(([name, count]) => `${name} ${count}`).join(', ')],
    ],
    tables,
    'Both have the same rows.',
  ),
  tables.map(drawSamples),
];

/** Some rows, with the columns that differ. */
function drawSamples({ samples, table: name }) {
  const side = (row) => (row === undefined ? '' : JSON.stringify(row));
  const columns = [
    ['', ({ kind }) => kind],
    ['Before', ({ before }) => h('code', {}, side(before))],
    ['After', ({ after }) => h('code', {}, side(after))],
  ];
  return h('details', {}, h('summary', {}, `Some rows of ${name}`), table(`${name}, ${samples.length} rows that differ`, columns, samples, ''));
}
