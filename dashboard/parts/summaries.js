import { get } from '../api.js';
import { h, show, table } from '../dom.js';

const wide = 900;
const high = 220;
const maxShown = 60;

/** The two summaries as readers see them, drawn and as tables. */
export async function showSummaries() {
  const [{ workouts }, { gyms }] = await Promise.all([get('summaries/workouts'), get('summaries/gyms')]);
  show('workouts-body', workouts.slice(0, maxShown), drawWorkouts);
  show('gyms-body', gyms.slice(0, maxShown), drawGyms);
}

/** Places of so many things side by side. */
const places = (count) => {
  const step = Math.min((wide - 60) / count, 40);
  return { at: (index) => 50 + step * (index + 0.5), width: Math.max(step * 0.6, 2) };
};

const axis = (marks, y) => marks.map((mark) => [h('line', { class: 'axis', x1: 40, x2: wide, y1: y(mark), y2: y(mark) }), h('text', { x: 0, y: y(mark) + 4 }, String(mark))]);

/** Where there is room for it, each thing has its name below it. */
const label = ({ length }, x, text) => (length > 30 ? '' : h('text', { x, y: high - 5, 'text-anchor': 'middle' }, text));

/** What is drawn can also be read. */
const readable = (caption, columns, rows) => h('details', {}, h('summary', {}, 'As a table'), table(caption, columns, rows, ''));

function drawWorkouts(rows) {
  if (rows.length === 0) return h('p', { class: 'empty' }, 'No release has a workout yet.');
  const top = Math.ceil(Math.max(...rows.map((row) => row.max)) / 50) * 50;
  const y = (bpm) => high - 20 - (bpm / top) * (high - 30);
  const { at } = places(rows.length);
  const bar = ({ avg, date, max, min, session, workout }, index) => [
    h('line', { class: 'range', x1: at(index), x2: at(index), y1: y(min), y2: y(max) }, h('title', {}, `${date}, workout ${workout}, session ${session}: ${min.toFixed(0)} to ${max.toFixed(0)}, average ${avg.toFixed(0)}`)),
    h('circle', { class: 'average', cx: at(index), cy: y(avg), r: 2.5 }),
    label(rows, at(index), workout),
  ];
  const text = `Lowest, average (dot) and highest heart rate, in beats per minute; workouts: ${rows.length}.`;
  return [
    h('p', {}, text),
    h('svg', { viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': text }, axis([0, top / 2, top], y), rows.map(bar)),
    readable(
      text,
      [['Date', (row) => row.date], ['Workout', (row) => row.workout], ['Session', (row) => row.session], ['Lowest #', (row) => row.min.toFixed(1)], ['Average #', (row) => row.avg.toFixed(1)], ['Highest #', (row) => row.max.toFixed(1)], ['Readings #', (row) => row.readings.toLocaleString()]],
      rows,
    ),
  ];
}

function drawGyms(rows) {
  if (rows.length === 0) return h('p', { class: 'empty' }, 'No release has a gym visit yet.');
  const top = Math.max(10, Math.ceil(Math.max(...rows.map((row) => row.minutesInGym)) / 10) * 10);
  const y = (minutes) => high - 20 - (minutes / top) * (high - 30);
  const { at, width } = places(rows.length);
  const bar = (row, index) => {
    const place = (minutes) => ({ x: at(index) - width / 2, width, y: y(minutes), height: high - 20 - y(minutes) });
    return [
      h('rect', { class: 'inside', ...place(row.minutesInGym) }, h('title', {}, `${row.date}, gym ${row.gym}: ${row.minutesInGym.toFixed(0)} minutes, ${row.minutesExercising.toFixed(0)} of them exercising`)),
      h('rect', { class: 'exercising', ...place(row.minutesExercising) }),
      label(rows, at(index), row.gym),
    ];
  };
  const text = `Minutes in the gym, the lower part of them exercising, under each the gym; gyms and days: ${rows.length}.`;
  return [
    h('p', {}, text),
    h('svg', { viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': text }, axis([0, top / 2, top], y), rows.map(bar)),
    readable(
      text,
      [['Date', (row) => row.date], ['Gym', (row) => row.gym], ['In the gym #', (row) => row.minutesInGym.toFixed(1)], ['Exercising #', (row) => row.minutesExercising.toFixed(1)], ['Visitors #', (row) => String(row.visitors)]],
      rows,
    ),
  ];
}
