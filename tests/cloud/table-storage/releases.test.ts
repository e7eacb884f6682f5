import { expect, it } from 'vitest';
import { createReleases } from '../../../cloud/table-storage/releases.ts';
import { createRuns } from '../../../cloud/table-storage/runs.ts';
import { publishedRun } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const first = { number: 1, rounds: { 'gold.a': 1 } };
const second = { number: 2, rounds: { 'gold.a': 2 } };

describeOnTables('what readers see', (openTable) => {
  it('is what was written last, and is no run', async () => {
    const getTable = openTable();
    const releases = createReleases(getTable);
    expect(await releases.get()).toBeUndefined();
    const etag = await releases.replace(undefined, first);
    expect(await releases.get()).toEqual({ state: first, etag });

    const runs = createRuns(getTable);
    await runs.save(publishedRun);
    expect((await runs.list(10)).rows).toEqual([publishedRun]);
  });

  it('is written by one of two who have read the same', async () => {
    const releases = createReleases(openTable());
    const etag = await releases.replace(undefined, first);
    expect(await releases.replace(undefined, second)).toBeUndefined();
    const next = await releases.replace(etag, second);
    expect(next).toEqual(expect.any(String));
    expect(await releases.replace(etag, first)).toBeUndefined();
    expect((await releases.get())?.state).toEqual(second);
  });
});
