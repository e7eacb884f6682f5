import { describe, expect, it } from 'vitest';
import { runBatch } from '../../orchestrations/run-batch.ts';
import { play } from '../support/play.ts';
import { batch, triggered, tuning } from '../support/samples.ts';

const input = { batch, files: 2, datasets: ['gym_logins'], tuning };
const passage = {
  outcome: 'passed',
  jobRuns: ['1'],
  verdict: { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' },
};
const smooth = {
  recordRun: (): unknown => ({ isCancelled: false }),
  readSettings: () => ({ tuning, modes: { ...triggered, gold: 'continuous' }, isPublishing: false }),
  finalizeFiles: (): unknown => ({}),
  promoteLayer: ({ layer }: { layer: string }): unknown => ({
    ...passage,
    versions: { [`${layer}.t`]: 1 },
    ...(layer === 'gold' ? { release: 'r-1' } : {}),
  }),
};

describe('runBatch', () => {
  it('takes the layers in order, each above what was judged below', () => {
    const { inputs, output } = play(runBatch, input, smooth);

    const promotions = inputs.flatMap(({ promoteLayer }) => (promoteLayer ? [promoteLayer] : []));
    expect(promotions).toMatchObject([
      { layer: 'bronze', upstreamVersions: {}, mode: 'triggered' },
      { layer: 'silver', upstreamVersions: { 'bronze.t': 1 }, mode: 'triggered' },
      { layer: 'gold', upstreamVersions: { 'bronze.t': 1, 'silver.t': 1 }, mode: 'continuous' },
    ]);
    expect(output).toMatchObject({ outcome: 'published', release: 'r-1', layers: [{}, {}, {}] });
  });

  it('reads the modes of the layers only when everybody can see that it runs', () => {
    const { calls, inputs } = play(runBatch, input, smooth);
    expect(calls.slice(0, 4)).toEqual(['recordRun', 'readSettings', 'recordRun', 'promoteLayer']);
    expect(inputs[2]).toMatchObject({ recordRun: { outcome: 'running', modes: { gold: 'continuous' } } });
  });

  it('begins where a plan begins, above what is there', () => {
    const planned = {
      ...input,
      layers: ['gold'],
      upstreamVersions: { 'silver.t': 7 },
      retainedTables: ['gold.x'],
      plan: 'p-1',
      rebuilt: ['gold.t'],
    };
    const { inputs, output } = play(runBatch, planned, smooth);

    expect(inputs.flatMap(({ promoteLayer }) => promoteLayer ?? [])).toMatchObject([
      { layer: 'gold', upstreamVersions: { 'silver.t': 7 }, retainedTables: ['gold.x'] },
    ]);
    expect(output).toMatchObject({ outcome: 'published', plan: 'p-1', rebuilt: ['gold.t'] });
  });

  it('finalizes the files, and then records that the run has ended', () => {
    expect(play(runBatch, input, smooth).calls.slice(-2)).toEqual(['finalizeFiles', 'recordRun']);
  });

  it('ends blocked above a layer that was blocked', () => {
    const promoteLayer = ({ layer }: { layer: string }) =>
      layer === 'silver' ? { outcome: 'blocked', jobRuns: ['2'], reason: 'Wrong.' } : smooth.promoteLayer({ layer });
    const { calls, output } = play(runBatch, input, { ...smooth, promoteLayer });

    expect(output).toMatchObject({
      outcome: 'blocked',
      reason: 'Wrong.',
      layers: [{ outcome: 'passed' }, { outcome: 'blocked' }],
    });
    expect(calls.filter((call) => call === 'promoteLayer')).toHaveLength(2);
  });

  it('carries what a layer retains up to gold, and says what stayed as it was', () => {
    const violation = {
      rule: 'r',
      table: 'silver.t',
      action: 'block',
      failingRows: 1,
      reason: 'Wrong.',
      blocks: ['gold.a'],
    };
    const verdict = { ...passage.verdict, outcome: 'warned', violations: [violation] };
    const promoteLayer = ({ layer }: { layer: string }) => ({
      ...(smooth.promoteLayer({ layer }) as object),
      ...(layer === 'silver' ? { verdict } : {}),
    });
    const { inputs, output } = play(runBatch, input, { ...smooth, promoteLayer });

    expect(inputs.flatMap(({ promoteLayer: input }) => input ?? []).at(-1)).toMatchObject({
      layer: 'gold',
      retainedTables: ['gold.a'],
    });
    expect(output).toMatchObject({ outcome: 'published', reason: 'gold.a stay as they were: a rule blocks them.' });
  });

  it('records a layer that breaks down as a failure of the run', () => {
    const promoteLayer = () => {
      throw new Error('Out of order.');
    };
    expect(play(runBatch, input, { ...smooth, promoteLayer }).output).toMatchObject({
      outcome: 'failed',
      reason: 'Out of order.',
    });
  });

  it('records how old the files of a release were', () => {
    const freshness = { files: 2, samples: [[1, 2, 3, 4, 5]] };
    const { inputs, output } = play(runBatch, input, { ...smooth, finalizeFiles: () => ({ freshness }) });
    expect(output).toMatchObject({ freshness });
    expect(inputs.at(-1)).toMatchObject({ recordRun: { outcome: 'published', freshness } });
  });

  it('logs once how it ended', () => {
    const { logged } = play(runBatch, input, smooth);
    expect(logged).toMatchObject([{ event: 'run.ended', batch, outcome: 'published', release: 'r-1' }]);
  });

  it('logs that it was cancelled where the record says so', () => {
    const promoteLayer = () => ({ outcome: 'failed', jobRuns: ['1'], reason: 'Cancelled.' });
    const recordRun = () => ({ isCancelled: true });
    const { logged } = play(runBatch, input, { ...smooth, promoteLayer, recordRun });
    expect(logged).toMatchObject([{ event: 'run.ended', outcome: 'cancelled', reason: 'Cancelled.' }]);
  });
});
