import { get } from '../api.js';
import { h, seconds, show, span, state, table } from '../dom.js';

const layers = ['bronze', 'silver', 'gold'];

/** Each layer with its last verdict, how long runs took, and how old files were when readers saw them. */
export async function showLayers() {
  const [{ runs }, freshness] = await Promise.all([get('runs', { limit: 50 }), get('freshness')]);
  const records = layers.map((layer) => ({ layer, ...findNewest(runs, layer) }));
  show('layers-body', records, drawLayers);
  const published = runs.filter(({ endedAt, outcome }) => outcome === 'published' && endedAt).toReversed();
  const durations = published.map(({ batch, endedAt, startedAt }) => ({ batch, at: endedAt, took: seconds(startedAt, endedAt) }));
  show('run-duration-body', durations, drawDurations);
  show('freshness-body', freshness, drawFreshness);
}

const findNewest = (runs, layer) => runs.flatMap((run) => run.layers).find((record) => record.layer === layer);

const tile = ({ endedAt, layer, outcome, reason, startedAt, verdict }) =>
  h(
    'div',
    { class: `tile ${layer}`, id: `layer-${layer}` },
    layer,
    h('strong', {}, outcome ? state(outcome) : 'not built yet'),
    h('small', {}, verdict ? `gate ${verdict.outcome}: ${verdict.rules} rules, ${verdict.evaluated} evaluated` : ''),
    h('small', {}, endedAt ? ` · ${span(seconds(startedAt, endedAt))}` : ''),
    verdict?.violations ? h('ul', {}, verdict.violations.map(drawViolation)) : h('p', {}, outcome === 'passed' ? '' : (reason ?? '')),
  );

const drawViolation = ({ failingRows, reason, rule, table: name }) => h('li', {}, h('code', {}, rule), ` of ${name}: ${failingRows ?? '?'} rows · ${reason}`);

const drawLayers = (records) => h('div', { class: 'tiles' }, records.map(tile));

const drawFreshness = ({ files, releases, seconds: byStage }) =>
  table(
    `Seconds from landing to each stage, over ${files} files of the last ${releases} releases.`,
    [['Stage', ([stage]) => stage], ['p50 #', ([, { p50 }]) => span(p50)], ['p99 #', ([, { p99 }]) => span(p99)]],
    Object.entries(byStage),
    'No release yet.',
  );

const width = 900;
const height = 120;

function drawDurations(points) {
  if (points.length === 0) return h('p', { class: 'empty' }, 'No release yet.');
  const max = Math.max(...points.map(({ took }) => took), 1);
  const x = (index) => (points.length === 1 ? width / 2 : 40 + (index * (width - 60)) / (points.length - 1));
  const y = (took) => height - 20 - (took / max) * (height - 35);
  const line = points.map(({ took }, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(took).toFixed(1)}`).join(' ');
  const text = `From the start of a run to its release: last ${span(points.at(-1).took)}, longest of ${points.length} ${span(max)}.`;
  const dots = points.map(({ at, batch, took }, index) =>
    h('circle', { class: 'dot', cx: x(index), cy: y(took), r: 3 }, h('title', {}, `${batch}: ${span(took)}, ${at}`)),
  );
  return [
    h('p', {}, text),
    h(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': text },
      h('line', { class: 'axis', x1: 40, x2: width - 20, y1: height - 20, y2: height - 20 }),
      h('text', { x: 0, y: y(max) + 4 }, span(max)),
      h('path', { class: 'line', d: line }),
      dots,
    ),
  ];
}
