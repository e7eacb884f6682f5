import { existsSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestLake, getError } from './test-lake.ts';

const lake = createTestLake();
const getFile = (path: string) => lake.fileSystem().getFileClient(path);
const getDirectory = (path: string) => lake.fileSystem().getDirectoryClient(path);

async function listNames(path: string, recursive: boolean): Promise<(string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for await (const entry of lake.fileSystem().listPaths({ path, recursive })) names.push(entry.name);
  return names;
}

describe('directories', () => {
  it('makes the directories above a new file', async () => {
    await getFile('a/b/c.txt').create();

    expect(existsSync(join(lake.root, 'lake/a/b'))).toBe(true);
  });

  it('creates a directory that is told apart from a file', async () => {
    await getDirectory('made').create();

    const properties = await getDirectory('made').getProperties();

    expect(properties.metadata).toMatchObject({ hdi_isfolder: 'true' });
  });

  it('deletes a directory with its content only when told to', async () => {
    await getFile('full/x').create();

    const refusal = await getError(getDirectory('full').delete(false));
    await getDirectory('full').delete(true);

    expect([refusal, existsSync(join(lake.root, 'lake/full'))]).toEqual([
      { status: 409, code: 'DirectoryNotEmpty' },
      false,
    ]);
  });

  it('refuses a file below a file', async () => {
    await getFile('plain').create();

    expect((await getError(getFile('plain/below').create())).status).toBe(409);
  });
});

describe('listing', () => {
  it('lists one level or all of them, in order', async () => {
    for (const path of ['list/b.txt', 'list/a/z.txt', 'list/a.txt']) await getFile(path).create();

    const level = await listNames('list', false);
    const all = await listNames('list', true);

    expect(level).toEqual(['list/a', 'list/a.txt', 'list/b.txt']);
    expect(all).toEqual(['list/a', 'list/a/z.txt', 'list/a.txt', 'list/b.txt']);
  });

  it('hands out every path exactly once, page by page', async () => {
    const names = Array.from({ length: 23 }, (_, n) => `paged/${n % 3}/${n}.txt`);
    for (const name of names) await getFile(name).create();

    const paths: (string | undefined)[] = [];
    const pages = lake.fileSystem().listPaths({ path: 'paged', recursive: true }).byPage({ maxPageSize: 4 });
    let count = 0;
    for await (const page of pages) {
      count += 1;
      for (const path of page.pathItems ?? []) if (!path.isDirectory) paths.push(path.name);
    }

    expect(count).toBe(7);
    expect(paths.sort()).toEqual(names.sort());
  });

  it('says of a file what its properties say', async () => {
    await getFile('said/x.txt').upload(Buffer.from('four'));

    const [listed] = (await lake.fileSystem().listPaths({ path: 'said' }).byPage().next()).value.pathItems;
    const properties = await getFile('said/x.txt').getProperties();

    expect(listed).toMatchObject({ contentLength: 4, lastModified: properties.lastModified });
    expect(`"${listed.etag}"`).toBe(properties.etag);
  });

  it('answers 404 for a directory that is not there', async () => {
    expect(await getError(listNames('nowhere', true))).toEqual({ status: 404, code: 'PathNotFound' });
  });

  it('shows files that were written beside it, with whole seconds', async () => {
    await getDirectory('beside').create();
    const path = join(lake.root, 'lake/beside/part-0.parquet');
    await writeFile(path, 'PAR1');
    await utimes(path, 1_790_000_000.75, 1_790_000_000.75);

    const { lastModified, contentLength } = await getFile('beside/part-0.parquet').getProperties();

    expect([lastModified?.getTime(), contentLength]).toEqual([1_790_000_000_000, 4]);
  });

  it('keeps its own state out of sight', async () => {
    expect(await listNames('', false)).not.toContain('.lake');
  });
});
