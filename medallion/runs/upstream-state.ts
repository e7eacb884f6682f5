import type { Layer, Versions } from '../layer.ts';
import { describeViolation, isBlocking, listRetainedTables, listViolations } from '../quality/verdict.ts';
import type { LayerRecord, RunRecord } from './run.ts';

/** What a run stands on that begins above bronze: the layers below, as they were last computed and judged. */
export interface UpstreamState {
  readonly versions: Versions;
  /** Published tables that stay as they are because of a rule below. */
  readonly retainedTables: string[];
  /** Why nothing may be built on it, a sentence for each layer that is not sound. */
  readonly blockedReasons: string[];
}

export interface UpstreamLayer {
  readonly layer: Layer;
  /** The run that gave the last verdict on the layer. */
  readonly run: RunRecord | undefined;
}

/** Nothing is built on a layer whose last verdict blocks, or that was never judged. */
export function getUpstreamState(upstream: readonly UpstreamLayer[]): UpstreamState {
  const records = upstream.map(({ layer, run }) => ({ layer, record: findJudged(layer, run) }));
  return {
    versions: Object.assign({}, ...records.map(({ record }) => record?.versions ?? {})),
    retainedTables: [
      ...new Set(records.flatMap(({ record }) => (record?.verdict ? listRetainedTables(record.verdict) : []))),
    ],
    blockedReasons: records.flatMap(({ layer, record }) => describeBlocks(layer, record)),
  };
}

const findJudged = (layer: Layer, run: RunRecord | undefined): LayerRecord | undefined =>
  run?.layers.find((record) => record.layer === layer && record.verdict && record.versions);

function describeBlocks(layer: Layer, record: LayerRecord | undefined): string[] {
  if (!record?.verdict) return [`Layer '${layer}' was never judged.`];
  const blocking = listViolations(record.verdict).filter(isBlocking);
  return blocking.map((violation) => `Layer '${layer}' is blocked. ${describeViolation(violation)}`);
}
