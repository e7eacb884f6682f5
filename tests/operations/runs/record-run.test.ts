import { describe, expect, it } from 'vitest';
import { recordRun } from '../../../operations/runs/record-run.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const batch = toBatch(1);

describe('recordRun', () => {
  it.for(['running', 'blocked', 'failed'] as const)(
    'keeps the record of a run that is %s as it is',
    async (outcome) => {
      const ports = createFakePorts({ definitions: { 'gold.a': 'new' } });
      const run = createRun(1, outcome);
      expect(await recordRun(ports, run)).toEqual(run);
      expect(await ports.runs.get(batch)).toEqual(run);
      expect(await ports.tableDefinitions.get()).toEqual({});
    },
  );

  it.for([
    ['skipped', {}],
    ['blocked', { release: 'r-2' }],
  ] as const)('does not take back what was decided since when it comes late: %s %j', async ([outcome, change]) => {
    const ports = createFakePorts();
    await recordRun(ports, createRun(1, 'running'));
    await recordRun(ports, createRun(1, 'blocked'));
    await ports.runs.update(batch, (run) => ({ ...run, outcome, ...change }));
    await recordRun(ports, createRun(1, 'blocked'));
    expect(await ports.runs.get(batch)).toEqual(createRun(1, outcome, change));
  });

  it('is not running again because an activity of before is done a second time', async () => {
    const ports = createFakePorts();
    const running = createRun(1, 'running', { startedAt: '2026-01-01T00:01:00.000Z' });
    const failed = createRun(1, 'failed', { ...running, outcome: 'failed', endedAt: '2026-01-01T00:02:00.000Z' });
    await recordRun(ports, running);
    await recordRun(ports, failed);
    await recordRun(ports, running);
    expect(await ports.runs.get(batch)).toEqual(failed);
    expect(await ports.runs.listRunning()).toEqual([]);

    await recordRun(ports, { ...running, startedAt: '2026-01-01T00:03:00.000Z' });
    expect(await ports.runs.listRunning()).toHaveLength(1);
  });

  it('lets a run that is taken up again last from its first start', async () => {
    const ports = createFakePorts();
    const first = createRun(1, 'running');
    await recordRun(ports, first);
    await recordRun(ports, createRun(1, 'running', { startedAt: '2999-01-01T00:00:00.000Z' }));
    expect((await ports.runs.get(batch))?.startedAt).toBe(first.startedAt);
  });

  it.for([
    ['published', [{ batch: toBatch(3) }]],
    ['blocked', [{ batch, isTold: true }, { batch: toBatch(2), isTold: true }, { batch: toBatch(3) }]],
  ] as const)('closes batches that a release carries, and leaves others told of: %s', async ([outcome, left]) => {
    const ports = createFakePorts();
    for (const number of [1, 2, 3])
      await ports.unreleasedBatches.save({ batch: toBatch(number), files: 1, datasets: ['bpm'] });
    const run = createRun(2, outcome);
    await recordRun(ports, run, [batch, toBatch(2)]);
    await recordRun(ports, run, [batch, toBatch(2)]);
    const listed = await ports.unreleasedBatches.list();
    expect(listed).toEqual(left.map((row) => ({ files: 1, datasets: ['bpm'], ...row })));
  });

  it('says that a run was cancelled, where somebody ended it', async () => {
    const ports = createFakePorts();
    const reason = "Cancelled by 'ann': wrong file.";
    await ports.pipelineControl.requestCancellation(batch, reason);
    const cancelled = createRun(1, 'cancelled', { reason });
    const failed = createRun(1, 'failed', { reason: 'Attempt 1 ended with CANCELED.' });
    expect(await recordRun(ports, failed)).toEqual(cancelled);
    expect(await ports.runs.get(batch)).toEqual(cancelled);
  });

  it('leaves a run as it ended that was faster than whoever cancelled it', async () => {
    const ports = createFakePorts();
    await ports.pipelineControl.requestCancellation(batch, 'Wrong file.');
    expect(await recordRun(ports, createRun(1, 'published'))).toEqual(createRun(1, 'published'));
  });

  it('keeps with a release by which definition each table was computed', async () => {
    const ports = createFakePorts({ definitions: { 'bronze.a': 'new', 'bronze.b': 'new', 'gold.c': 'new' } });
    await ports.tableDefinitions.save({ 'bronze.a': 'old', 'bronze.b': 'old', 'gold.c': 'old' });
    await recordRun(ports, createRun(1, 'published', { release: 'r-1', rebuilt: ['bronze.b'] }));

    const definitions = { 'bronze.a': 'old', 'bronze.b': 'new', 'gold.c': 'new' };
    expect(await ports.runs.get(batch)).toMatchObject({ definitions });
    expect(await ports.tableDefinitions.get()).toEqual(definitions);
  });

  it('takes a table without a record for computed by what holds now', async () => {
    const ports = createFakePorts({ definitions: { 'gold.a': 'new' } });
    await recordRun(ports, createRun(1, 'published'));
    expect(await ports.tableDefinitions.get()).toEqual({ 'gold.a': 'new' });
  });
});
