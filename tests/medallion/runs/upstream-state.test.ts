import { describe, expect, it } from 'vitest';
import type { Violation } from '../../../medallion/quality/verdict.ts';
import type { LayerRecord, RunRecord } from '../../../medallion/runs/run.ts';
import { getUpstreamState } from '../../../medallion/runs/upstream-state.ts';
import { batch } from '../../support/samples.ts';

const summary = { rules: 1, evaluated: 1, fingerprint: 'f' };
const violation: Violation = {
  rule: 'wrong',
  table: 'silver.b',
  action: 'block',
  failingRows: 1,
  reason: 'It is wrong.',
};
const createLayer = (layer: LayerRecord['layer'], version: number, ...violations: Violation[]): LayerRecord => ({
  layer,
  jobRuns: [],
  outcome: 'passed',
  startedAt: '2026-01-01T00:00:00Z',
  versions: { [`${layer}.b`]: version },
  verdict: violations.length > 0 ? { outcome: 'blocked', ...summary, violations } : { outcome: 'passed', ...summary },
});
const createRun = (...layers: LayerRecord[]): RunRecord => ({
  batch,
  outcome: 'published',
  files: 1,
  datasets: [],
  startedAt: '2026-01-01T00:00:00Z',
  layers,
});

describe('getUpstreamState', () => {
  it('is each layer below as it was last judged', () => {
    const bronze = { layer: 'bronze', run: createRun(createLayer('bronze', 4), createLayer('silver', 4)) } as const;
    const silver = { layer: 'silver', run: createRun(createLayer('silver', 5)) } as const;
    expect(getUpstreamState([bronze, silver])).toEqual({
      versions: { 'bronze.b': 4, 'silver.b': 5 },
      retainedTables: [],
      blockedReasons: [],
    });
    expect(getUpstreamState([bronze]).versions).toEqual({ 'bronze.b': 4 });
    expect(getUpstreamState([])).toEqual({ versions: {}, retainedTables: [], blockedReasons: [] });
  });

  it('is not sound where the last verdict blocks', () => {
    const run = createRun(createLayer('bronze', 4), createLayer('silver', 6, violation));
    expect(getUpstreamState([{ layer: 'silver', run }]).blockedReasons).toEqual([
      "Layer 'silver' is blocked. Rule 'wrong' of 'silver.b' is broken by 1 row: It is wrong.",
    ]);
  });

  it('is not sound where nothing was ever judged', () => {
    const unjudged: LayerRecord = {
      layer: 'bronze',
      jobRuns: [],
      outcome: 'failed',
      startedAt: '2026-01-01T00:00:00Z',
    };
    for (const run of [undefined, createRun(), createRun(unjudged)])
      expect(getUpstreamState([{ layer: 'bronze', run }]).blockedReasons).toEqual(["Layer 'bronze' was never judged."]);
  });

  it('carries the tables that have to wait', () => {
    const run = createRun(createLayer('bronze', 4), createLayer('silver', 5, { ...violation, blocks: ['gold.a'] }));
    expect(getUpstreamState([{ layer: 'silver', run }])).toMatchObject({
      retainedTables: ['gold.a'],
      blockedReasons: [],
    });
  });
});
