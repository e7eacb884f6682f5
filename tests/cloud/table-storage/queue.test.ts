import { describe, expect, it } from 'vitest';
import { createFiles } from '../../../cloud/table-storage/files.ts';
import { createQueue } from '../../../cloud/table-storage/queue.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import type { ManifestLine } from '../../../medallion/files/manifest.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables, type GetTable, startTableEmulator } from '../../support/table-services.ts';

const datasets = ['gym_logins', 'bpm_export'];
const landing = datasets.map((dataset) => ({ dataset }));

function createPorts(getTable: GetTable) {
  let time = Date.parse('2026-01-01T00:00:00Z');
  const files = createFiles(getTable, landing);
  const register = async (...paths: string[]) => {
    for (const path of paths) {
      time += 1000;
      const lastModified = new Date(time).toISOString();
      await registerNew({ files }, getProperties(aFile(path, { lastModified })));
    }
  };
  return { files, queue: createQueue(getTable, datasets), register };
}

const toLine = (file: RegisteredFile): ManifestLine => ({ ...file, batch, replaces: file.replaces ?? null });
const listNames = (files: readonly RegisteredFile[]) => files.map(({ path }) => path.split('/')[1]);

describeOnTables('the queue', (openTable) => {
  const open = () => createPorts(openTable());

  it('gives the oldest first, over all datasets', async () => {
    const { queue, register } = open();
    await register('gym_logins/c', 'bpm_export/a', 'gym_logins/b');
    expect(listNames(await queue.next(10))).toEqual(['c', 'a', 'b']);
  });

  it('gives mostly the newest of a flood, and some of the oldest', async () => {
    const { queue, register } = open();
    await register(...Array.from({ length: 9 }, (_, index) => `gym_logins/${index}`));
    expect(listNames(await queue.next(4))).toEqual(['0', '6', '7', '8']);
    expect(listNames(await queue.next(9))).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('gives each dataset its share, so that the flood of one does not keep another waiting', async () => {
    const { queue, register } = open();
    await register('bpm_export/a', ...Array.from({ length: 20 }, (_, index) => `gym_logins/${index}`));
    expect(listNames(await queue.next(5))).toEqual(['a', '0', '17', '18', '19']);
  });

  it('is left once, however often a batch is formed', async () => {
    const { files, queue, register } = open();
    await register('gym_logins/a');
    const lines = (await queue.next(10)).map(toLine);
    await queue.markLoading(lines);
    await queue.markLoading(lines);
    expect(await queue.count()).toBe(0);
    expect(await queue.next(10)).toEqual([]);
    expect((await files.list({ status: 'loading' }, 10)).rows).toMatchObject([{ path: 'gym_logins/a', batch }]);
  });

  it('is not entered again by a file that has ended since', async () => {
    const { files, queue, register } = open();
    await register('gym_logins/a');
    const lines = (await queue.next(10)).map(toLine);
    await queue.markLoading(lines);
    await files.finalize(lines, new Map(), { status: 'published', release: 'r-1' });
    await queue.markLoading(lines);
    expect((await files.list({}, 10)).rows).toMatchObject([{ status: 'published' }]);
  });

  it('takes more files than fit into one transaction, also when some have left it already', async () => {
    const { files, queue, register } = open();
    await register(...Array.from({ length: 120 }, (_, index) => `gym_logins/f${index}`));
    const lines = (await queue.next(1000)).map(toLine);
    expect(lines).toHaveLength(120);
    await queue.markLoading(lines.slice(50, 51));
    await queue.markLoading(lines);
    expect(await queue.count()).toBe(0);
    expect((await files.list({ status: 'loading' }, 1000)).rows).toHaveLength(120);
  });

  it('leaves alone files of a plan, which were never in it', async () => {
    const { files, queue, register } = open();
    await register('gym_logins/a');
    const lines = (await queue.next(10)).map(({ registeredAt: _, ...file }) => ({
      ...file,
      batch,
      replaces: file.file,
    }));
    await queue.markLoading(lines);
    expect(await queue.count()).toBe(1);
    expect((await files.list({}, 10)).rows).toMatchObject([{ status: 'pending' }]);
  });

  it('goes by the time that storage says, whoever registers first, and whenever', async () => {
    const { files, queue } = open();
    for (const [name, minute] of [
      ['c', 3],
      ['a', 1],
      ['b', 2],
    ] as const)
      await registerNew(
        { files },
        getProperties(aFile(`gym_logins/${name}`, { lastModified: `2026-01-01T00:0${minute}:00Z` })),
      );
    expect(listNames(await queue.next(10))).toEqual(['a', 'b', 'c']);
  });
});

describeOnTables('the wake-up flag', (openTable) => {
  it('is set once until it is cleared', async () => {
    const queue = createQueue(openTable(), datasets);
    const requests = await Promise.all([1, 2, 3].map(() => queue.requestWakeUp()));
    expect(requests.sort()).toEqual([false, false, true]);
    await queue.clearWakeUp();
    await queue.clearWakeUp();
    expect(await queue.requestWakeUp()).toBe(true);
  });
});

describe('a crash of the emulator', () => {
  it('loses nothing that was answered', async () => {
    const emulator = await startTableEmulator();
    try {
      const { register } = createPorts(emulator.openTable('crash'));
      await Promise.all(Array.from({ length: 30 }, (_, index) => register(`gym_logins/f${index}`)));
      await emulator.crash();
      expect(await createQueue(emulator.openTable('crash'), datasets).count()).toBe(30);
    } finally {
      await emulator.stop();
    }
  });
});
