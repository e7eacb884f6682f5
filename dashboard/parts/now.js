import { get, post } from '../api.js';
import { button, h, show, state, when } from '../dom.js';
import { askWhy, attempt } from '../reason.js';

/** What waits, what runs, and what readers see; and the one switch that stops new work. */
export async function showNow() {
  const [status, landing] = await Promise.all([get('status'), get('files', { fate: 'pending', limit: 20 })]);
  const { environment, pending, pipeline, release, releasedAt, running, lastRun, standing } = status;
  const paths = landing.files.map(({ path }) => path);
  show('standing', { environment, standing, pipeline }, drawStanding);
  show('now-body', { pending, running, release, releasedAt, lastRun, paths }, drawNow);
}

function drawStanding({ environment, pipeline, standing }) {
  const word = standing?.state ?? 'open';
  const isOpen = word === 'open';
  return [
    h('span', {}, `${environment} · pipeline `, state(word), ` (${pipeline}) `),
    isOpen
      ? button('pause', 'Pause', () => stand('pause', 'Pause the pipeline', 'No new work is taken up; files go on being registered.'))
      : button('resume', 'Resume', () => stand('resume', 'Resume the pipeline', `${standing.by}: ${standing.why}`)),
  ];
}

async function stand(verb, title, text) {
  const why = await askWhy(title, text, title);
  if (why) await attempt(title, () => post(`pipeline/${verb}`, { why }));
}

function drawNow({ lastRun, paths, pending, release, releasedAt, running }) {
  return h(
    'div',
    { class: 'tiles' },
    h('div', { class: 'tile', id: 'landing' }, 'Landing now', h('strong', {}, `${pending} pending`), h('small', {}, paths.slice(0, 5).join(', ') || 'Nothing waits.')),
    h('div', { class: 'tile', id: 'running' }, 'Running', h('strong', {}, running[0] ?? 'nothing'), h('small', {}, running.length > 1 ? `and ${running.length - 1} more` : '')),
    h('div', { class: 'tile gold', id: 'release' }, 'Readers see', h('strong', {}, release ?? 'no release yet'), h('small', {}, when(releasedAt))),
    h(
      'div',
      { class: 'tile', id: 'last-run' },
      'Last run ',
      lastRun ? state(lastRun.outcome) : '',
      h('strong', {}, lastRun?.batch ?? 'none yet'),
      h('small', {}, lastRun?.because ?? ''),
    ),
  );
}
