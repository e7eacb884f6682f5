import type { Layer, Versions } from '../layer.ts';
import { describeVerdict, type Verdict } from '../quality/verdict.ts';
import type { LayerRecord, RunRecord } from './run.ts';

/** The versions that a layer has come to, or why it has not. */
export interface BuiltLayer {
  readonly jobRuns: string[];
  readonly versions?: Versions | undefined;
  readonly reason?: string | undefined;
}

/** The run with what is known of one of its layers now. */
export const withLayer = (run: RunRecord, record: LayerRecord): RunRecord => ({
  ...run,
  layers: [...run.layers.filter(({ layer }) => layer !== record.layer), record],
});

const change = (run: RunRecord, layer: Layer, changeRecord: (record: LayerRecord) => LayerRecord): RunRecord => ({
  ...run,
  layers: run.layers.map((record) => (record.layer === layer ? changeRecord(record) : record)),
});

/** A layer that was built is still to be judged. One that was not has failed. */
export const withBuilt = (run: RunRecord, layer: Layer, built: BuiltLayer, at: string): RunRecord =>
  change(run, layer, ({ startedAt }) => {
    const { jobRuns, reason, versions } = built;
    if (versions !== undefined) return { layer, startedAt, jobRuns, outcome: 'running', versions };
    return { layer, startedAt, jobRuns, outcome: 'failed', endedAt: at, ...(reason ? { reason } : {}) };
  });

/** A layer whose verdict is missing could not be judged, and says why. */
export function withVerdict(
  run: RunRecord,
  layer: Layer | undefined,
  verdict: Verdict | string | undefined,
  at: string,
): RunRecord {
  if (layer === undefined || verdict === undefined) return run;
  return change(run, layer, (record) => {
    if (typeof verdict === 'string') return { ...record, outcome: 'failed', reason: verdict, endedAt: at };
    if (verdict.outcome !== 'blocked') return { ...record, outcome: 'passed', verdict, endedAt: at };
    return { ...record, outcome: 'blocked', verdict, reason: describeVerdict(verdict), endedAt: at };
  });
}

/** How a run ends for the sake of its lowest layer that did not pass, if there is one. */
export function describeEnd({ layers }: RunRecord): { outcome: 'blocked' | 'failed'; reason: string } | undefined {
  for (const { layer, outcome, reason } of layers) {
    if (outcome === 'blocked' || outcome === 'failed')
      return { outcome, reason: reason ?? `The ${layer} layer did not say why.` };
  }
  return undefined;
}

/** What the rules that are broken say, over all layers. */
export const describeVerdicts = ({ layers }: Pick<RunRecord, 'layers'>): string =>
  layers.flatMap(({ verdict }) => (verdict && verdict.outcome !== 'passed' ? describeVerdict(verdict) : [])).join(' ');

/** A layer above one that did not pass was built for nothing, and nobody judges it. */
export const endUnjudged = (run: RunRecord): RunRecord => ({
  ...run,
  layers: run.layers.map((record) =>
    record.outcome === 'running'
      ? { ...record, outcome: 'blocked', reason: 'It was not judged: a layer below did not pass.' }
      : record,
  ),
});
