import { expect, it } from 'vitest';
import { createReleases } from '../../../cloud/table-storage/releases.ts';
import { createRuns } from '../../../cloud/table-storage/runs.ts';
import { publishedRun } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const first = { release: 'r-1', publishedAs: 'r-1', publishedAt: '2026-01-01T00:00:00.000Z' };
const rolledBack = { release: 'r-1', publishedAs: 'r-1-again', publishedAt: '2026-01-02T00:00:00.000Z' };

describeOnTables('the current release', (openTable) => {
  it('is the one that was set last, and is no run', async () => {
    const getTable = openTable();
    const releases = createReleases(getTable);
    expect(await releases.getCurrent()).toBeUndefined();
    await releases.setCurrent(first);
    expect(await releases.getCurrent()).toEqual(first);
    await releases.setCurrent(rolledBack);
    expect(await releases.getCurrent()).toEqual(rolledBack);

    const runs = createRuns(getTable);
    await runs.save(publishedRun);
    expect((await runs.list(10)).rows).toEqual([publishedRun]);
    expect(await releases.getCurrent()).toEqual(rolledBack);
  });
});
