import { describe, expect, it } from 'vitest';
import { runBatch } from '../../orchestrations/run-batch.ts';
import { play } from '../support/play.ts';
import { batch, continuous, triggered, tuning } from '../support/samples.ts';

const input = { batch, files: 2, datasets: ['gym_logins'], tuning };
const passed = { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' };
const violation = { rule: 'r', table: 'silver.t', action: 'block', failingRows: 1, reason: 'Wrong.' };
const blocked = { ...passed, outcome: 'blocked', violations: [violation] };
const smooth = {
  recordRun: (): unknown => ({ isCancelled: false }),
  readSettings: () => ({ tuning, modes: { ...triggered, gold: 'continuous' }, isPublishing: false }),
  finalizeFiles: (): unknown => ({}),
  buildLayer: ({ layer }: { layer: string }): unknown => ({ jobRuns: ['1'], versions: { [`${layer}.t`]: 1 } }),
  judgeLayer: (): unknown => passed,
  publishWhenAllowed: (): unknown => ({ kind: 'published', release: 'r-1' }),
};
const listInputs = (inputs: readonly Record<string, unknown>[], name: string) =>
  inputs.flatMap((call) => (call[name] ? [call[name]] : []));

describe('runBatch', () => {
  it('takes the layers in order, each above what is below', () => {
    const { inputs, output } = play(runBatch, input, smooth);

    expect(listInputs(inputs, 'buildLayer')).toMatchObject([
      { layer: 'bronze', upstreamVersions: {}, mode: 'triggered' },
      { layer: 'silver', upstreamVersions: { 'bronze.t': 1 }, mode: 'triggered' },
      { layer: 'gold', upstreamVersions: { 'bronze.t': 1, 'silver.t': 1 }, mode: 'continuous' },
    ]);
    expect(output).toMatchObject({ outcome: 'published', release: 'r-1', layers: [{}, {}, {}] });
  });

  it('judges a layer while the next one is built, at the versions that are there', () => {
    const { calls, inputs } = play(runBatch, input, smooth);

    expect(calls.filter((call) => !['recordRun', 'readSettings', 'finalizeFiles'].includes(call)).join(' ')).toBe(
      'buildLayer buildLayer judgeLayer buildLayer judgeLayer judgeLayer publishWhenAllowed',
    );
    expect(listInputs(inputs, 'judgeLayer')).toMatchObject([
      { layer: 'bronze', versions: { 'bronze.t': 1 } },
      { layer: 'silver', versions: { 'bronze.t': 1, 'silver.t': 1 } },
      { layer: 'gold', versions: { 'bronze.t': 1, 'silver.t': 1, 'gold.t': 1 } },
    ]);
  });

  it('reads the modes of the layers only when everybody can see that it runs', () => {
    const { calls, inputs } = play(runBatch, input, smooth);
    expect(calls.slice(0, 4)).toEqual(['recordRun', 'readSettings', 'recordRun', 'buildLayer']);
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

    expect(listInputs(inputs, 'buildLayer')).toMatchObject([{ layer: 'gold', upstreamVersions: { 'silver.t': 7 } }]);
    expect(listInputs(inputs, 'publishWhenAllowed')).toMatchObject([{ retainedTables: ['gold.x'] }]);
    expect(output).toMatchObject({ outcome: 'published', plan: 'p-1', rebuilt: ['gold.t'] });
  });

  it('builds with jobs of its own when it executes a plan, also if a layer was switched to a stream since', () => {
    const readSettings = () => ({ tuning, modes: continuous, isPublishing: false });
    const { inputs } = play(runBatch, { ...input, plan: 'p-1' }, { ...smooth, readSettings });
    expect(listInputs(inputs, 'buildLayer').map((building) => (building as { mode: string }).mode)).toEqual([
      'triggered',
      'triggered',
      'triggered',
    ]);
  });

  it('finalizes the files, and then records that the run has ended', () => {
    expect(play(runBatch, input, smooth).calls.slice(-2)).toEqual(['finalizeFiles', 'recordRun']);
  });

  it('publishes nothing above a layer that was blocked, and says why', () => {
    const judgeLayer = ({ layer }: { layer: string }) => (layer === 'silver' ? blocked : passed);
    const { calls, output } = play(runBatch, input, { ...smooth, judgeLayer });

    expect(output).toMatchObject({
      outcome: 'blocked',
      reason: "Rule 'r' of 'silver.t' is broken by 1 row: Wrong.",
      layers: [
        { layer: 'bronze', outcome: 'passed' },
        { layer: 'silver', outcome: 'blocked' },
        { layer: 'gold', outcome: 'blocked', reason: 'It was not judged: a layer below did not pass.' },
      ],
    });
    expect(calls).not.toContain('publishWhenAllowed');
  });

  it('builds no further layer above one that was blocked', () => {
    const { inputs, output } = play(runBatch, input, { ...smooth, judgeLayer: () => blocked });
    expect(listInputs(inputs, 'buildLayer')).toHaveLength(2);
    expect(output).toMatchObject({ outcome: 'blocked' });
  });

  it('retains what the verdict of any layer retains, and says what stayed as it was', () => {
    const warned = { ...passed, outcome: 'warned', violations: [{ ...violation, blocks: ['gold.a'] }] };
    const judgeLayer = ({ layer }: { layer: string }) => (layer === 'silver' ? warned : passed);
    const { inputs, output } = play(runBatch, input, { ...smooth, judgeLayer });

    expect(listInputs(inputs, 'publishWhenAllowed')).toMatchObject([{ retainedTables: ['gold.a'] }]);
    expect(output).toMatchObject({
      outcome: 'published',
      reason: "gold.a stay as they were. Rule 'r' of 'silver.t' is broken by 1 row: Wrong. (It blocks gold.a.)",
    });
  });

  it('is blocked where the rules of several layers block every table together', () => {
    const warned = { ...passed, outcome: 'warned', violations: [{ ...violation, blocks: ['gold.t'] }] };
    const { calls, output } = play(runBatch, input, { ...smooth, judgeLayer: () => warned });
    expect(calls).not.toContain('publishWhenAllowed');
    expect(output).toMatchObject({ outcome: 'blocked', reason: expect.stringContaining('Wrong.') });
  });

  it.for([
    ['a layer breaks down', { buildLayer: () => ({ jobRuns: ['1'], reason: 'Out of order.' }) }],
    [
      'an orchestration breaks down',
      {
        buildLayer: () => {
          throw new Error('Out of order.');
        },
      },
    ],
    [
      'a gate cannot judge',
      {
        judgeLayer: () => {
          throw new Error('Out of order.');
        },
      },
    ],
    ['the release is rejected', { publishWhenAllowed: () => ({ kind: 'rejected', reason: 'Out of order.' }) }],
  ] as const)('fails with the reason when %s', ([, change]) => {
    const { output } = play(runBatch, input, { ...smooth, ...change });
    expect(output).toMatchObject({ outcome: 'failed', reason: 'Out of order.' });
  });

  it('is blocked where a person has excluded a file meanwhile', () => {
    const publishWhenAllowed = () => ({ kind: 'blocked', reason: 'A file is excluded.' });
    const { output } = play(runBatch, input, { ...smooth, publishWhenAllowed });
    expect(output).toMatchObject({ outcome: 'blocked', reason: 'A file is excluded.' });
  });

  it('is blocked where rules block every table that has moved, for their reasons', () => {
    const judgeLayer = () => ({
      ...blocked,
      outcome: 'warned',
      violations: [{ ...violation, blocks: ['gold.gym_summary'] }],
    });
    const publishWhenAllowed = () => ({ kind: 'retained' });
    const { output } = play(runBatch, input, { ...smooth, judgeLayer, publishWhenAllowed });
    expect(output).toMatchObject({ outcome: 'blocked', reason: expect.stringContaining(violation.reason) });
  });

  it('judges again later where the warehouse is away meanwhile', () => {
    const answers: unknown[] = [{ later: true, seconds: 0, reason: 'Away.' }];
    const judgeLayer = () => answers.shift() ?? passed;
    const { calls, output } = play(runBatch, input, { ...smooth, judgeLayer });
    expect(output).toMatchObject({ outcome: 'published' });
    expect(calls.filter((call) => call === 'judgeLayer')).toHaveLength(4);
  });

  it('waits for the job of the next layer where a gate breaks down: no job is left behind', () => {
    const judgeLayer = () => {
      throw new Error('Away.');
    };
    const { inputs, output } = play(runBatch, input, { ...smooth, judgeLayer });
    expect(listInputs(inputs, 'buildLayer')).toHaveLength(2);
    expect(output.layers).toMatchObject([{ outcome: 'failed' }, { layer: 'silver', jobRuns: ['1'] }]);
  });

  it('records how old the files of a release were, and the batches that it carries', () => {
    const finalized = { freshness: { files: 2, samples: [[1, 2, 3, 4, 5]] }, toldBatches: [input.batch] };
    const { inputs, output } = play(runBatch, input, { ...smooth, finalizeFiles: () => finalized });
    expect(output).toMatchObject({ freshness: finalized.freshness });
    expect(inputs.at(-1)).toMatchObject({ recordRun: { outcome: 'published', ...finalized } });
  });

  it('logs once how it ended', () => {
    const { logged } = play(runBatch, input, smooth);
    expect(logged).toMatchObject([
      { event: 'layer.judged', batch, layer: 'bronze', outcome: 'passed' },
      { event: 'layer.judged', batch, layer: 'silver', outcome: 'passed' },
      { event: 'layer.judged', batch, layer: 'gold', outcome: 'passed' },
      { event: 'run.ended', batch, outcome: 'published', release: 'r-1' },
    ]);
  });

  it('logs of which datasets whole files were set aside', () => {
    const finalizeFiles = () => ({ quarantined: { bpm: 2, gym_logins: 1 } });
    const { logged } = play(runBatch, input, { ...smooth, finalizeFiles });
    expect(logged.filter(({ event }) => event === 'file.quarantined')).toMatchObject([
      { event: 'file.quarantined', batch, dataset: 'bpm', files: 2 },
      { event: 'file.quarantined', batch, dataset: 'gym_logins', files: 1 },
    ]);
  });

  it('logs which columns a dataset has for the first time', () => {
    const finalizeFiles = () => ({ newColumns: { gym_logins: ['color', 'note'] } });
    const { logged } = play(runBatch, input, { ...smooth, finalizeFiles });
    expect(logged.filter(({ event }) => event === 'column.new')).toMatchObject([
      { event: 'column.new', batch, dataset: 'gym_logins', columns: 'color, note' },
    ]);
  });

  it('logs that it was cancelled where the record says so', () => {
    const buildLayer = () => ({ jobRuns: ['1'], reason: 'Cancelled.' });
    const recordRun = () => ({ isCancelled: true });
    const { logged } = play(runBatch, input, { ...smooth, buildLayer, recordRun });
    expect(logged).toMatchObject([{ event: 'run.ended', outcome: 'cancelled', reason: 'Cancelled.' }]);
  });
});
