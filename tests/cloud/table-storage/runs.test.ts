import type { TableClient } from '@azure/data-tables';
import { RestError } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { createRuns } from '../../../cloud/table-storage/runs.ts';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import { isOutage } from '../../../medallion/errors.ts';
import type { Layer } from '../../../medallion/layer.ts';
import { UnknownPageTokenError } from '../../../medallion/page.ts';
import type { LayerRecord, RunRecord } from '../../../medallion/runs/run.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { describeOnTables } from '../../support/table-services.ts';

const createJudgedLayer = (layer: Layer, minute: number): LayerRecord => ({
  layer,
  jobRuns: [],
  outcome: 'passed',
  startedAt: toTime(minute),
  endedAt: toTime(minute),
  versions: { [`${layer}.a`]: minute },
  verdict: { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' },
});

const skip = (run: RunRecord): RunRecord => ({ ...run, outcome: 'skipped', reason: 'Wrong file.' });
const attach = (run: RunRecord): RunRecord => ({ ...run, release: 'r-2' });

describeOnTables('runs', (openTable) => {
  const open = () => createRuns(openTable());

  it('are listed newest first, a page at a time, without the rows that point to them', async () => {
    const runs = open();
    const saved = [1, 2, 3].map((minute) => createRun(minute, minute === 2 ? 'running' : 'published'));
    for (const run of saved) await runs.save(run);
    const first = await runs.list(2);
    const second = await runs.list(2, first.next);
    expect([...first.rows, ...second.rows]).toEqual(saved.toReversed());
    expect(second.next).toBeUndefined();
    expect(await runs.get(toBatch(1))).toEqual(saved[0]);
    expect(await runs.get(toBatch(9))).toBeUndefined();
    await expect(runs.list(2, 'nonsense')).rejects.toThrow(UnknownPageTokenError);
  });

  it('that published are listed by themselves', async () => {
    const runs = open();
    const published = [1, 3].map((minute) => createRun(minute, 'published'));
    for (const run of [...published, createRun(2, 'blocked')]) await runs.save(run);
    expect((await runs.listPublished(10)).rows).toEqual(published.toReversed());
  });

  it('are running until they have ended', async () => {
    const runs = open();
    const running = createRun(1, 'running');
    await runs.save(running);
    await runs.save({ ...running, files: 2 });
    await runs.save(createRun(2, 'running'));
    expect(await runs.listRunning()).toEqual([{ ...running, files: 2 }, createRun(2, 'running')]);
    await runs.save(createRun(1, 'failed'));
    await runs.save(createRun(1, 'failed'));
    expect(await runs.listRunning()).toEqual([createRun(2, 'running')]);
  });

  it('are remembered as the last that ended, and as the last that published', async () => {
    const runs = open();
    expect(await runs.lastEnded()).toBeUndefined();
    await runs.save(createRun(1, 'published'));
    await runs.save(createRun(2, 'blocked'));
    await runs.save(createRun(3, 'running'));
    expect(await runs.lastEnded()).toEqual(createRun(2, 'blocked'));
    expect(await runs.lastPublished()).toEqual(createRun(1, 'published'));
  });

  it('are remembered for the last verdict on a layer, however they ended', async () => {
    const runs = open();
    const first = createRun(1, 'published', {
      layers: [createJudgedLayer('bronze', 1), createJudgedLayer('silver', 1)],
    });
    const second = createRun(2, 'failed', { layers: [createJudgedLayer('bronze', 2)] });
    const { verdict: _, ...unjudged } = createJudgedLayer('silver', 3);
    const third = createRun(3, 'failed', { layers: [unjudged] });
    for (const run of [first, second, third]) await runs.save(run);
    expect(await runs.lastVerdict('bronze')).toEqual(second);
    expect(await runs.lastVerdict('silver')).toEqual(first);
    expect(await runs.lastVerdict('gold')).toBeUndefined();
  });

  it('that are saved late do not take the place of younger ones', async () => {
    const runs = open();
    const older = createRun(1, 'published', { layers: [createJudgedLayer('gold', 1)] });
    const younger = createRun(2, 'published', { layers: [createJudgedLayer('gold', 2)] });
    await runs.save(younger);
    await runs.save(older);
    await runs.update(older.batch, attach);
    expect(await runs.lastEnded()).toEqual(younger);
    expect(await runs.lastPublished()).toEqual(younger);
    expect(await runs.lastVerdict('gold')).toEqual(younger);
    expect(await runs.get(older.batch)).toEqual(attach(older));
  });

  it('that are saved at the same time all stay, and the youngest is the last', async () => {
    const runs = open();
    const saved = [1, 2, 3, 4].map((minute) => createRun(minute, 'published'));
    await Promise.all(saved.map((run) => runs.save(run)));
    expect((await runs.list(10)).rows).toEqual(saved.toReversed());
    expect(await runs.lastEnded()).toEqual(saved[3]);
  });

  it('are changed only where they are, and only if there is a change', async () => {
    const runs = open();
    expect(await runs.update(toBatch(1), skip)).toBeUndefined();
    await runs.save(createRun(1, 'failed'));
    expect(await runs.update(toBatch(1), () => undefined)).toBeUndefined();
    expect(await runs.update(toBatch(1), skip)).toEqual(skip(createRun(1, 'failed')));
    expect(await runs.get(toBatch(1))).toEqual(skip(createRun(1, 'failed')));
  });

  it('keep both changes when one is skipped and a late release takes it along', async () => {
    const runs = open();
    const blocked = createRun(1, 'blocked');
    await runs.save(blocked);
    await Promise.all([runs.update(blocked.batch, skip), runs.update(blocked.batch, attach)]);
    expect(await runs.get(blocked.batch)).toEqual(attach(skip(blocked)));
  });
});

describe('a race for a run', () => {
  /** A table on which somebody else is first, so many times. */
  function createContestedTable(races: number) {
    const { client } = createStrictTable();
    const counts = { transactions: 0, races };
    const contested: TableClient = Object.assign(Object.create(client), {
      submitTransaction: async (actions: Parameters<TableClient['submitTransaction']>[0]) => {
        counts.transactions++;
        const [, own] = actions[0] ?? [];
        if (counts.races-- > 0 && own) await client.updateEntity({ ...own, race: counts.races });
        return client.submitTransaction(actions);
      },
    });
    return { client, contested, counts };
  }

  it('that was lost is run again, from what the other has written', async () => {
    const { client, contested, counts } = createContestedTable(0);
    await createRuns(async () => client).save(createRun(1, 'blocked'));
    counts.races = 3;
    const runs = createRuns(async () => contested);
    expect(await runs.update(toBatch(1), skip)).toEqual(skip(createRun(1, 'blocked')));
    expect(counts.transactions).toBe(4);
  });

  it('that cannot be won is an error with the name of the run', async () => {
    const { client, contested, counts } = createContestedTable(0);
    await createRuns(async () => client).save(createRun(1, 'blocked'));
    counts.races = 1000;
    const runs = createRuns(async () => contested);
    await expect(runs.update(toBatch(1), skip)).rejects.toThrow(`Run '${toBatch(1)}' could not be saved.`);
    expect(counts.transactions).toBe(20);
  });

  it('is not what another error is taken for', async () => {
    const { client } = createStrictTable();
    const runs = createRuns(async () => client);
    const tooLong = createRun(1, 'failed', { definitions: { 'gold.a': 'x'.repeat(2 ** 20) } });
    await expect(runs.save(tooLong)).rejects.toMatchObject({ code: 'EntityTooLarge' });
  });

  it('tells of a table that does not answer as of an outage', async () => {
    const away = new RestError('Busy.', { statusCode: 503 });
    const runs = createRuns(() => Promise.reject(away));
    const error = await runs.update(toBatch(1), (run) => run).catch((cause: unknown) => cause);
    expect(isOutage(error)).toBe(true);
  });
});
