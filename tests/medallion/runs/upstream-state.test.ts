import { describe, expect, it } from 'vitest';
import type { Violation } from '../../../medallion/quality/verdict.ts';
import type { LayerRecord, RunRecord } from '../../../medallion/runs/run.ts';
import { getUpstreamState } from '../../../medallion/runs/upstream-state.ts';
import { batch } from '../../support/samples.ts';

const told = { rules: 1, evaluated: 1, fingerprint: 'f' };
const violation: Violation = {
  rule: 'wrong',
  table: 'silver.b',
  action: 'block',
  offenders: 1,
  reason: 'It is wrong.',
};
const layer = (name: LayerRecord['layer'], version: number, ...violations: Violation[]): LayerRecord => ({
  ...{ layer: name, jobRuns: [], outcome: 'passed', startedAt: '2026-01-01T00:00:00Z' },
  versions: { [`${name}.b`]: version },
  verdict: violations.length > 0 ? { outcome: 'blocked', ...told, violations } : { outcome: 'passed', ...told },
});
const run = (...layers: LayerRecord[]): RunRecord => ({
  ...{ batch, outcome: 'published', files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z' },
  layers,
});

describe('footingOf', () => {
  it('is each layer below as it was last judged', () => {
    const runs = [run(layer('silver', 5)), run(layer('bronze', 4), layer('silver', 4)), run(layer('bronze', 3))];
    expect(getUpstreamState(runs, 'gold')).toEqual({
      versions: { 'bronze.b': 4, 'silver.b': 5 },
      retainedTables: [],
      blockedReasons: [],
    });
    expect(getUpstreamState(runs, 'silver').versions).toEqual({ 'bronze.b': 4 });
    expect(getUpstreamState(runs, 'bronze')).toEqual({ versions: {}, retainedTables: [], blockedReasons: [] });
  });

  it('is not sound where the last verdict blocks, even when an earlier one did not', () => {
    const runs = [run(layer('silver', 6, violation)), run(layer('bronze', 4), layer('silver', 5))];
    expect(getUpstreamState(runs, 'gold').blockedReasons).toEqual([
      "Layer 'silver' is held: rule 'wrong' of 'silver.b' blocks it.",
    ]);
  });

  it('is not sound where nothing was ever judged', () => {
    expect(getUpstreamState([], 'silver').blockedReasons).toEqual(["Layer 'bronze' was never judged."]);
  });

  it('carries the tables that have to wait', () => {
    const runs = [run(layer('bronze', 4), layer('silver', 5, { ...violation, blocks: ['gold.a'] }))];
    expect(getUpstreamState(runs, 'gold')).toMatchObject({ retainedTables: ['gold.a'], blockedReasons: [] });
  });
});
