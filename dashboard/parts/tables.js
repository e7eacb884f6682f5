import { get } from '../api.js';
import { h, show, table } from '../dom.js';
import { drawChart } from './chart.js';

const maxShown = 60;

/** Every published table as readers see it: drawn if its contract says how, and as a table. */
export async function showTables() {
  const { tables } = await get('tables');
  const answers = await Promise.all(tables.map(({ name }) => get(`tables/${name}/rows`, { limit: maxShown })));
  show('tables-body', tables.map((described, index) => ({ ...described, rows: answers[index].rows })), (shown) => shown.map(drawTable));
}

const isNumeric = ({ type }) => /^(tinyint|smallint|int|bigint|float|double|decimal.*)$/.test(type);

const toText = (value) => {
  if (value === null) return '';
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) ? value.toLocaleString() : value.toFixed(2);
};

function drawTable({ columns, display, name, purpose, rows }) {
  const head = [h('h3', {}, name), h('p', {}, purpose)];
  if (rows.length === 0) return [head, h('p', { class: 'empty' }, 'No release has a row yet.')];
  const cells = columns.map((column) => [`${column.name}${isNumeric(column) ? ' #' : ''}`, (row) => toText(row[column.name])]);
  const visible = columns.filter(({ personal }) => !personal);
  const describe = (row) => visible.map((column) => `${column.name} ${toText(row[column.name])}`).join(', ');
  return [
    head,
    display?.chart ? drawChart(`${name}. `, display.chart, rows, describe) : '',
    // What is drawn can also be read.
    h('details', {}, h('summary', {}, 'As a table'), table(`${name}, the first ${rows.length} rows`, cells, rows, '')),
  ];
}
