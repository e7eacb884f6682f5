import { get, post } from '../api.js';
import { h, show, state, when } from '../dom.js';
import { actionButton } from '../reason.js';

/** What waits, what runs, and what readers see; and the one switch that stops new work. Says whether nothing moves. */
export async function showNow() {
  const [status, landing] = await Promise.all([get('status'), get('files', { status: 'pending', limit: 20 })]);
  const { currentRelease, environment, lastRun, orchestrationStatus, pendingFiles, pipelineState, runningRuns } = status;
  const paths = landing.files.map(({ path }) => path);
  show('pipeline-state', { environment, orchestrationStatus, pipelineState }, drawPipelineState);
  show('now-body', { currentRelease, lastRun, paths, pendingFiles, runningRuns }, drawNow);
  return { isQuiet: pendingFiles + runningRuns.length === 0 };
}

function drawPipelineState({ environment, orchestrationStatus, pipelineState }) {
  const word = pipelineState?.state ?? 'running';
  return [
    h('span', {}, `${environment} · pipeline `, state(word), ` (orchestration: ${orchestrationStatus}) `),
    word === 'running'
      ? stateButton('pause', 'Pause', 'No new work starts, and readers see nothing new; files go on being registered.')
      : stateButton('resume', 'Resume', `${pipelineState.actor}: ${pipelineState.reason}`),
  ];
}

const stateButton = (verb, label, text) =>
  actionButton(verb, label, { of: 'the pipeline', text }, (body) => post(`pipeline/${verb}`, body));

const tile = (id, label, title, detail, kind = '') =>
  h('div', { class: `tile ${kind}`, id }, label, h('strong', {}, title), h('small', {}, detail));

function drawNow({ currentRelease, lastRun, paths, pendingFiles, runningRuns }) {
  const others = runningRuns.length > 1 ? `and ${runningRuns.length - 1} more` : '';
  return h(
    'div',
    { class: 'tiles' },
    tile('landing', 'Landing now', `${pendingFiles} pending`, paths.slice(0, 5).join(', ') || 'Nothing waits.'),
    tile('running', 'Running', runningRuns[0] ?? 'nothing', others),
    tile('release', 'Readers see', currentRelease?.publishedAs ?? 'no release yet', when(currentRelease?.publishedAt), 'gold'),
    tile('last-run', ['Last run ', lastRun ? state(lastRun.outcome) : ''], lastRun?.batch ?? 'none yet', lastRun?.reason ?? ''),
  );
}
