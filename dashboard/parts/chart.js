import { h } from '../dom.js';

const wide = 900;
const high = 220;
const left = 50;
const bottom = high - 20;

/** From the back to the front. */
const colours = ['bar-silver', 'bar-gold', 'bar-bronze'];

/** Draws the rows side by side, as `chart` says; `describe` gives the text of a row for who points at it. */
export function drawChart(title, chart, rows, describe) {
  const names = chart.kind === 'bars' ? chart.y : [chart.low, chart.dot, chart.high].filter(Boolean);
  const values = rows.flatMap((row) => names.map((name) => row[name])).filter(Number.isFinite);
  const { from, to, y } = scale(values);
  const step = Math.min((wide - left - 10) / rows.length, 40);
  const width = Math.max(step * 0.6, 2);
  const draw = chart.kind === 'bars' ? drawBars : drawRange;
  const marks = rows.map((row, index) => {
    const x = left + step * (index + 0.5);
    return h('g', {}, h('title', {}, describe(row)), draw(chart, row, x, width, y), label(rows, x, row[chart.x]));
  });
  const text = `${legends[chart.kind](chart)} Below: ${chart.x}. Rows: ${rows.length}.`;
  return [h('p', {}, text), h('svg', { viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': `${title}${text}` }, axis([from, (from + to) / 2, to], y), marks)];
}

const legends = {
  bars: ({ y }) => (y.length === 1 ? `Bars: ${y[0]}.` : `Bars, from the back to the front: ${y.join(', ')}.`),
  range: ({ dot, high: upper, low }) => `Lines from ${low} to ${upper}${dot ? `, with a dot at ${dot}` : ''}.`,
};

/** Zero is always there, and the ends are round numbers. */
function scale(values) {
  const max = Math.max(0, ...values);
  const min = Math.min(0, ...values);
  const unit = 10 ** Math.floor(Math.log10(Math.max(max, -min) || 1));
  const from = Math.floor(min / unit) * unit;
  const to = Math.ceil(max / unit) * unit || unit;
  return { from, to, y: (value) => bottom - ((value - from) / (to - from)) * (bottom - 10) };
}

const compact = (value) => value.toLocaleString(undefined, { notation: 'compact' });

const axis = (values, y) => values.map((value) => [h('line', { class: 'axis', x1: left - 10, x2: wide, y1: y(value), y2: y(value) }), h('text', { x: 0, y: y(value) + 4 }, compact(value))]);

/** Where there is room for it, each row has its name below it. */
const label = ({ length }, x, text) => (length > 30 ? '' : h('text', { x, y: high - 5, 'text-anchor': 'middle' }, String(text ?? '')));

function drawBars({ y: names }, row, x, width, y) {
  return names.map((name, index) => {
    const value = row[name];
    if (!Number.isFinite(value)) return '';
    const top = y(Math.max(value, 0));
    return h('rect', { class: colours[index], x: x - width / 2, width, y: top, height: y(Math.min(value, 0)) - top });
  });
}

function drawRange({ dot, high: upper, low }, row, x, _width, y) {
  const isDrawn = Number.isFinite(row[low]) && Number.isFinite(row[upper]);
  return [
    isDrawn ? h('line', { class: 'range', x1: x, x2: x, y1: y(row[low]), y2: y(row[upper]) }) : '',
    Number.isFinite(row[dot]) ? h('circle', { class: 'average', cx: x, cy: y(row[dot]), r: 2.5 }) : '',
  ];
}
