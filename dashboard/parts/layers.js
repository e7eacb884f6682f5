import { get } from '../api.js';
import { h, seconds, show, span, state } from '../dom.js';

const layers = ['bronze', 'silver', 'gold'];

/** Each layer with its last verdict, and how fresh each release was when it came. */
export async function showLayers() {
  const { runs } = await get('runs', { limit: 50 });
  const records = layers.map((layer) => ({
    layer,
    ...runs.flatMap((run) => run.layers.map((record) => ({ ...record, batch: run.batch }))).find((each) => each.layer === layer),
  }));
  show('layers-body', records, drawLayers);
  const points = runs.filter(({ endedAt, outcome }) => outcome === 'published' && endedAt).toReversed();
  show('freshness-body', points.map(({ batch, endedAt, startedAt }) => ({ batch, at: endedAt, took: seconds(startedAt, endedAt) })), drawFreshness);
}

const tile = ({ because, endedAt, layer, outcome, startedAt, verdict }) =>
  h(
    'div',
    { class: `tile ${layer}`, id: `layer-${layer}` },
    layer,
    h('strong', {}, outcome ? state(outcome) : 'not built yet'),
    h('small', {}, verdict ? `gate ${verdict.outcome}: ${verdict.rules} rules, ${verdict.evaluated} counted anew` : ''),
    h('small', {}, endedAt ? ` · ${span(seconds(startedAt, endedAt))}` : ''),
    verdict?.breaches
      ? h('ul', {}, verdict.breaches.map((each) => h('li', {}, h('code', {}, each.rule), ` of ${each.table}: ${each.offenders ?? '?'} · ${each.because}`)))
      : h('p', {}, outcome === 'passed' ? '' : (because ?? '')),
  );

const drawLayers = (records) => h('div', { class: 'tiles' }, records.map(tile));

const wide = 900;
const high = 120;

function drawFreshness(points) {
  if (points.length === 0) return h('p', { class: 'empty' }, 'No release yet.');
  const most = Math.max(...points.map(({ took }) => took), 1);
  const x = (at) => (points.length === 1 ? wide / 2 : 40 + (at * (wide - 60)) / (points.length - 1));
  const y = (took) => high - 20 - (took / most) * (high - 35);
  const line = points.map(({ took }, at) => `${at === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(took).toFixed(1)}`).join(' ');
  const last = points.at(-1);
  const told = `From the beginning of a run to its release: last ${span(last.took)}, longest of ${points.length} ${span(most)}.`;
  return [
    h('p', {}, told),
    h(
      'svg',
      { viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': told },
      h('line', { class: 'axis', x1: 40, x2: wide - 20, y1: high - 20, y2: high - 20 }),
      h('text', { x: 0, y: y(most) + 4 }, span(most)),
      h('path', { class: 'line', d: line }),
      points.map(({ at, batch, took }, index) => h('circle', { class: 'dot', cx: x(index), cy: y(took), r: 3 }, h('title', {}, `${batch}: ${span(took)}, ${at}`))),
    ),
  ];
}
