import type { Layer, Versions } from '../layer.ts';
import { layers } from '../layer.ts';
import { blocksAll, breachesOf, heldBy } from '../quality/verdict.ts';
import type { RunRecord } from './run.ts';

/** What a run stands on that begins above bronze: the layers below, as they were last computed and judged. */
export interface Footing {
  readonly versions: Versions;
  /** Published tables that have to wait because of a rule below. */
  readonly held: string[];
  /** Why nothing may be built on it, a sentence for each layer that is not sound. */
  readonly unsound: string[];
}

/** `runs` come newest first. Nothing is built on a layer whose last verdict blocks, or that was never judged. */
export function footingOf(runs: readonly RunRecord[], lowest: Layer): Footing {
  const below = layers.slice(0, layers.indexOf(lowest));
  const newest = below.map((layer) => {
    const records = runs.flatMap((run) => run.layers).filter((record) => record.layer === layer);
    return { layer, record: records.find(({ verdict, versions }) => verdict && versions) };
  });
  return {
    versions: Object.assign({}, ...newest.map(({ record }) => record?.versions ?? {})),
    held: [...new Set(newest.flatMap(({ record }) => (record?.verdict ? heldBy(record.verdict) : [])))],
    unsound: newest.flatMap(({ layer, record }) => {
      if (!record?.verdict) return [`Layer '${layer}' was never judged.`];
      const blocking = breachesOf(record.verdict).filter(blocksAll);
      return blocking.map(({ rule, table }) => `Layer '${layer}' is held: rule '${rule}' of '${table}' blocks it.`);
    }),
  };
}
