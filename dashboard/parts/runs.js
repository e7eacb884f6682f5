import { get, post } from '../api.js';
import { button, h, seconds, show, span, state, table, when } from '../dom.js';
import { actionButton } from '../reason.js';
import { showStaged } from './changes.js';

const wide = 260;

/** The newest runs on one line of time. */
export async function showRuns() {
  const { runs } = await get('runs', { limit: 15 });
  show('runs-body', runs, drawRuns);
}

function drawRuns(runs) {
  const ends = runs.map(({ endedAt, startedAt }) => seconds(startedAt, endedAt ?? new Date().toISOString()));
  const max = Math.max(...ends, 1);
  return table(
    'The newest runs. The bars show how long each layer took, on one scale.',
    [
      ['Run', ({ batch, plan, startedAt }) => [h('code', {}, batch), h('br'), when(startedAt), plan ? h('div', {}, 'plan ', h('code', {}, plan)) : '']],
      ['Outcome', ({ outcome, reason }) => [state(outcome), reason ? h('div', {}, reason) : '']],
      ['Files #', ({ files }) => String(files)],
      ['Layers', (run) => timeline(run, max)],
      ['', actions],
    ],
    runs,
    'Nothing has run yet.',
  );
}

function timeline({ endedAt, layers, startedAt }, max) {
  const bars = layers.map((layer) => {
    const from = seconds(startedAt, layer.startedAt);
    const took = seconds(layer.startedAt, layer.endedAt ?? endedAt ?? new Date().toISOString());
    const place = { x: (from / max) * wide, y: 2, width: Math.max((took / max) * wide, 2), height: 14 };
    return { layer, took, bar: h('rect', { class: `bar-${layer.layer}`, ...place }, h('title', {}, `${layer.layer}: ${span(took)}`)) };
  });
  const label = bars.map(({ layer, took }) => `${layer.layer} ${layer.outcome} ${span(took)}`).join(', ');
  return [
    h('svg', { viewBox: `0 0 ${wide} 18`, width: wide, height: 18, role: 'img', 'aria-label': label }, bars.map(({ bar }) => bar)),
    h('small', {}, label),
  ];
}

function actions({ batch, outcome, release }) {
  const action = (verb, label, text) =>
    actionButton(`${verb}-${batch}`, label, { of: batch, text }, (body) => post(`runs/${batch}/${verb}`, body));
  if (outcome === 'running') return action('cancel', 'Cancel', 'The job in the workspace is ended too, and its new files stay out until a retry.');
  if (['blocked', 'failed', 'cancelled'].includes(outcome) && !release) {
    return [
      outcome === 'blocked' ? [button(`changes-${batch}`, 'What would change', showStaged), ' '] : '',
      action('retry', 'Retry', 'It is tried again from the layer on at which it ended.'),
      ' ',
      action('skip', 'Skip', 'It is not tried again, and its files that are in no release are excluded.'),
    ];
  }
  if (outcome === 'published') {
    const text = 'Readers see it again, and the pipeline is paused. Resume it to publish again.';
    return actionButton(`roll-back-${batch}`, 'Roll back', { of: `to ${release}`, text }, (body) => post(`releases/${release}/roll-back`, body));
  }
  return '';
}
