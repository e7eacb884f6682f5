import { describe, expect, it } from 'vitest';
import { reprocess } from '../../orchestrations/reprocess.ts';
import { play } from '../support/play.ts';
import { batch, tuning } from '../support/samples.ts';

const input = { plan: `p-${batch}`, batch, tuning };
const run = {
  files: 1,
  datasets: ['gym_logins'],
  layers: ['gold'],
  upstreamVersions: { 'silver.t': 1 },
  retainedTables: [],
  rebuilt: ['gold.t'],
};
const record = { batch, outcome: 'published', files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z', layers: [] };
const smooth = {
  preparePlan: (): unknown => ({ kind: 'prepared', run }),
  runBatch: () => record,
  completePlan: () => ({}),
};

describe('reprocess', () => {
  it('runs a plan as a batch of its own, and writes down how it ended', () => {
    const { calls, inputs, output } = play(reprocess, input, smooth);
    expect(calls).toEqual(['preparePlan', 'runBatch', 'completePlan']);
    expect(inputs).toContainEqual({ runBatch: { ...run, batch, tuning, plan: input.plan } });
    expect(inputs).toContainEqual({ completePlan: { plan: input.plan, outcome: 'published', batch } });
    expect(output).toBe('published');
  });

  it('runs nothing when inputs of the plan have changed', () => {
    const { calls, logged, output } = play(reprocess, input, { ...smooth, preparePlan: () => ({ kind: 'rejected' }) });
    expect(calls).toEqual(['preparePlan']);
    expect(output).toBe('rejected');
    expect(logged).toMatchObject([{ event: 'plan.rejected', plan: input.plan, batch }]);
  });
});
