import { expect, it } from 'vitest';
import { createState } from '../../../cloud/table-storage/index.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import { toManifestLine, toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';
import { describeOnTables, type GetTable } from '../../support/table-services.ts';

const dataset = 'gym_logins';
const later = new Date(Date.now() + 3_600_000);

async function createFilled(openTable: () => GetTable, count: number) {
  const state = createState(openTable(), [{ dataset }]);
  for (let index = 0; index < count; index++) await storeFile(state, aFile(`${dataset}/${index}`, { batch }));
  const files = (await state.archive.listOld(dataset, later, 1000)).rows;
  return { state, files };
}

const listPaths = (files: readonly RegisteredFile[]) => files.map(({ path }) => path).sort();

describeOnTables('files that leave the table', (openTable) => {
  it('are those of each dataset, and those that belong to none', () => {
    expect(createState(openTable(), [{ dataset }]).archive.datasets).toEqual([dataset, '_ignored']);
  });

  it('are listed by when they were registered, a page at a time', async () => {
    const { files, state } = await createFilled(openTable, 3);
    const first = await state.archive.listOld(dataset, later, 2);
    const second = await state.archive.listOld(dataset, later, 2, first.next);
    expect([...first.rows, ...second.rows]).toEqual(files);
    expect((await state.archive.listOld(dataset, new Date('2026-01-01'), 10)).rows).toEqual([]);
  });

  it('are gone, by more than a transaction takes', async () => {
    const { files, state } = await createFilled(openTable, 120);
    await state.archive.purge(dataset, files.slice(1));
    expect((await state.files.list({ dataset }, 1000)).rows).toEqual(files.slice(0, 1));
    await state.archive.purge(dataset, files.slice(1));
    expect((await state.files.listNewest([dataset], 1000)).rows).toEqual(files.slice(0, 1));
  }, 60_000);

  it('stay when something has happened to them', async () => {
    const { files, state } = await createFilled(openTable, 2);
    const [first, second] = files;
    if (!first || !second) throw new Error('There are no files.');
    await state.files.markReloading([toManifestLine(batch, toPlannedFile(first))]);
    await state.archive.purge(dataset, files);
    expect((await state.files.list({ dataset }, 10)).rows).toMatchObject([{ path: first.path, status: 'loading' }]);
  });

  it('are passed over by whoever loads or ends them, and hold nobody else', async () => {
    const { files, state } = await createFilled(openTable, 3);
    const lines = files.map((file) => toManifestLine(batch, toPlannedFile(file)));
    await state.archive.purge(dataset, files.slice(1, 2));
    const left = listPaths([files[0], files[2]].flatMap((file) => file ?? []));
    await state.files.markReloading(lines);
    expect(listPaths((await state.files.list({ status: 'loading' }, 10)).rows)).toEqual(left);
    await state.files.finalize(lines, new Map(), { status: 'published', release: 'r-2' });
    expect(listPaths((await state.files.list({ release: 'r-2' }, 10)).rows)).toEqual(left);
  });

  it('are replaced by what lands at their path', async () => {
    const { files, state } = await createFilled(openTable, 1);
    await state.archive.purge(dataset, files);
    const next = aFile(`${dataset}/0`, { etag: '0x2' });
    const registered = await registerNew(state, getProperties(next));
    expect(registered).toMatchObject({ sequence: 2, replaces: files[0]?.file });
    const line = { ...toManifestLine(batch, toPlannedFile(registered)), replaces: registered.replaces ?? null };
    const account = {
      file: next.file,
      outcome: 'loaded',
      lines: 1,
      blank: 0,
      accepted: 1,
      quarantinedLines: 0,
    } as const;
    await state.files.finalize([line], new Map([[next.file, account]]), { status: 'published' });
    expect((await state.files.list({ dataset }, 10)).rows).toMatchObject([{ path: next.path, status: 'published' }]);
  });
});
