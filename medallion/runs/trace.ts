import type { Span } from '../ports/traces.ts';
import type { LayerRecord, RunRecord } from './run.ts';

/** A run that has ended, from when its oldest file landed until readers saw it. */
export function toTrace(run: RunRecord & { readonly endedAt: string }): Span {
  const { batch, datasets, endedAt, files, layers, outcome, reason, release, startedAt } = run;
  const landedAt = getLandedAt(run);
  const passed = layers.map(({ endedAt: at }) => at ?? endedAt).toSorted();
  const judgedAt = passed.at(-1) ?? startedAt;
  const attributes = { batch, files, datasets: datasets.join(', '), outcome };
  return {
    name: 'run',
    startedAt: landedAt,
    endedAt,
    attributes: release ? { ...attributes, release } : attributes,
    ...(outcome === 'published' || reason === undefined ? {} : { error: reason }),
    parts: [
      { name: 'file waits', startedAt: landedAt, endedAt: startedAt, attributes: { batch, files } },
      ...layers.map((layer) => toLayerSpan(layer, run)),
      ...(release ? [{ name: 'release', startedAt: judgedAt, endedAt, attributes: { batch, release } }] : []),
    ],
  };
}

function toLayerSpan({ endedAt, jobRuns, layer, outcome, reason, startedAt }: LayerRecord, run: RunRecord): Span {
  return {
    name: layer,
    startedAt,
    endedAt: endedAt ?? run.endedAt ?? startedAt,
    attributes: { batch: run.batch, layer, outcome, ...(jobRuns.length > 0 ? { jobRuns: jobRuns.join(', ') } : {}) },
    ...(reason === undefined || outcome === 'passed' ? {} : { error: reason }),
  };
}

/** Of the oldest file that the run published; without one, the run began with itself. */
function getLandedAt({ endedAt = '', freshness, startedAt }: RunRecord): string {
  const oldest = freshness?.samples.at(-1)?.at(-1);
  if (typeof oldest !== 'number') return startedAt;
  const landed = new Date(Date.parse(endedAt) - oldest * 1000).toISOString();
  return landed < startedAt ? landed : startedAt;
}
