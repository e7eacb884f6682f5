import { describe, expect, it } from 'vitest';
import { createFiles } from '../../../cloud/table-storage/files.ts';
import { createQueue } from '../../../cloud/table-storage/queue.ts';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { createClock } from '../../support/clock.ts';
import { registerNew } from '../../support/register-files.ts';

const datasets = ['gym_logins', 'bpm_export'];
const landing = datasets.map((dataset) => ({ dataset }));

describe('pages that the service ends early', () => {
  const paths = ['gym_logins/a', 'gym_logins/b', 'bpm_export/c', 'gym_logins/d'];

  it.for([{ emptyPages: 3 }, { maxRowsPerPage: 1 }])('hide no file: %j', async (options) => {
    const { client } = createStrictTable(options);
    const files = createFiles(async () => client, landing, createClock());
    const registered: RegisteredFile[] = [];
    for (const [place, path] of paths.entries()) {
      const lastModified = new Date(Date.UTC(2026, 0, 1, 0, 0, place)).toISOString();
      registered.push(await registerNew({ files }, getProperties(aFile(path, { lastModified }))));
    }
    for (const file of registered) expect(await files.findById(file.file)).toEqual(file);
    expect((await files.list({ path: 'bpm_export/c' }, 1)).rows).toEqual([registered[2]]);
    const newest = await files.listNewest(datasets, 3);
    expect(newest.rows).toEqual(registered.slice(1).toReversed());
    expect((await files.listNewest(datasets, 3, newest.next)).rows).toEqual([registered[0]]);
    expect(await createQueue(async () => client, datasets).next(4)).toEqual(registered);
  });
});
