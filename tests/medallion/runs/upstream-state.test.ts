import { describe, expect, it } from 'vitest';
import type { Breach } from '../../../medallion/quality/verdict.ts';
import type { LayerRecord, RunRecord } from '../../../medallion/runs/run.ts';
import { footingOf } from '../../../medallion/runs/upstream-state.ts';
import { batch } from '../../support/samples.ts';

const told = { rules: 1, evaluated: 1, fingerprint: 'f' };
const breach: Breach = { rule: 'wrong', table: 'silver.b', action: 'block', offenders: 1, because: 'It is wrong.' };
const layer = (name: LayerRecord['layer'], version: number, ...breaches: Breach[]): LayerRecord => ({
  ...{ layer: name, jobRuns: [], outcome: 'passed', startedAt: '2026-01-01T00:00:00Z' },
  versions: { [`${name}.b`]: version },
  verdict: breaches.length > 0 ? { outcome: 'blocked', ...told, breaches } : { outcome: 'passed', ...told },
});
const run = (...layers: LayerRecord[]): RunRecord => ({
  ...{ batch, outcome: 'published', files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z' },
  layers,
});

describe('footingOf', () => {
  it('is each layer below as it was last judged', () => {
    const runs = [run(layer('silver', 5)), run(layer('bronze', 4), layer('silver', 4)), run(layer('bronze', 3))];
    expect(footingOf(runs, 'gold')).toEqual({ versions: { 'bronze.b': 4, 'silver.b': 5 }, held: [], unsound: [] });
    expect(footingOf(runs, 'silver').versions).toEqual({ 'bronze.b': 4 });
    expect(footingOf(runs, 'bronze')).toEqual({ versions: {}, held: [], unsound: [] });
  });

  it('is not sound where the last verdict blocks, even when an earlier one did not', () => {
    const runs = [run(layer('silver', 6, breach)), run(layer('bronze', 4), layer('silver', 5))];
    expect(footingOf(runs, 'gold').unsound).toEqual(["Layer 'silver' is held: rule 'wrong' of 'silver.b' blocks it."]);
  });

  it('is not sound where nothing was ever judged', () => {
    expect(footingOf([], 'silver').unsound).toEqual(["Layer 'bronze' was never judged."]);
  });

  it('carries the tables that have to wait', () => {
    const runs = [run(layer('bronze', 4), layer('silver', 5, { ...breach, holds: ['gold.a'] }))];
    expect(footingOf(runs, 'gold')).toMatchObject({ held: ['gold.a'], unsound: [] });
  });
});
