import { get, post } from '../api.js';
import { button, h, seconds, show, span, state, table, when } from '../dom.js';
import { askWhy, attempt } from '../reason.js';

const wide = 260;

/** The newest runs on one line of time. */
export async function showRuns() {
  const { runs } = await get('runs', { limit: 15 });
  show('runs-body', runs, drawRuns);
}

function drawRuns(runs) {
  const ends = runs.map(({ endedAt, startedAt }) => seconds(startedAt, endedAt ?? new Date().toISOString()));
  const most = Math.max(...ends, 1);
  return table(
    'The newest runs. The bars show how long each layer took, on one scale.',
    [
      ['Run', ({ batch, plan, startedAt }) => [h('code', {}, batch), h('br'), when(startedAt), plan ? h('div', {}, 'plan ', h('code', {}, plan)) : '']],
      ['Outcome', ({ because, outcome }) => [state(outcome), because ? h('div', {}, because) : '']],
      ['Files #', ({ files }) => String(files)],
      ['Layers', (run) => timeline(run, most)],
      ['', actions],
    ],
    runs,
    'Nothing has run yet.',
  );
}

function timeline({ endedAt, layers, startedAt }, most) {
  const bars = layers.map((layer) => {
    const from = seconds(startedAt, layer.startedAt);
    const took = seconds(layer.startedAt, layer.endedAt ?? endedAt ?? new Date().toISOString());
    const place = { x: (from / most) * wide, y: 2, width: Math.max((took / most) * wide, 2), height: 14 };
    return { layer, took, bar: h('rect', { class: `bar-${layer.layer}`, ...place }, h('title', {}, `${layer.layer}: ${span(took)}`)) };
  });
  const told = bars.map(({ layer, took }) => `${layer.layer} ${layer.outcome} ${span(took)}`).join(', ');
  return [
    h('svg', { viewBox: `0 0 ${wide} 18`, width: wide, height: 18, role: 'img', 'aria-label': told }, bars.map(({ bar }) => bar)),
    h('small', {}, told),
  ];
}

function actions({ batch, outcome, release }) {
  const act = (verb, title, text) =>
    button(`${verb}-${batch}`, title, async () => {
      const why = await askWhy(`${title} ${batch}`, text, title);
      if (why) await attempt(`${title} ${batch}`, () => post(`runs/${batch}/${verb}`, { why }));
    });
  if (outcome === 'running') return act('cancel', 'Cancel', 'The job in the workspace is ended too.');
  if (['held', 'failed', 'cancelled'].includes(outcome) && !release) {
    return [
      act('retry', 'Retry', 'It is tried again from the layer on at which it ended.'),
      ' ',
      act('skip', 'Skip', 'It is given up. Rows that it has loaded wait for the next release.'),
    ];
  }
  if (outcome === 'published') {
    return button(`publish-${batch}`, 'Publish again', async () => {
      const why = await askWhy(`Publish ${release} again`, 'Readers see it until the next run publishes. Pause the pipeline to keep it so.', 'Publish');
      if (why) await attempt(`Publish ${release}`, () => post(`releases/${release}/publish`, { why }));
    });
  }
  return '';
}
