import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ManifestLine } from '../../../medallion/files/manifest.ts';
import type { BlobProperties, Registry } from '../../../medallion/ports/index.ts';
import { type RunningRegistry, startRegistry } from '../../support/registry.ts';
import { batch } from '../../support/samples.ts';

const datasets = ['gym_logins', 'registered_users'];
const properties = (name: string, etag = '0x1'): BlobProperties => ({
  path: `gym_logins/${name}`,
  etag,
  length: 5,
  lastModified: '2026-01-01T00:00:00Z',
  isDirectory: false,
});

let running: RunningRegistry;
let registry: Registry;
let tables = 0;

beforeAll(async () => {
  running = await startRegistry();
});

beforeEach(() => {
  registry = running.open(datasets, `registry${++tables}`);
});

afterAll(() => running.stop());

async function taken(): Promise<ManifestLine[]> {
  const lines = (await registry.pending(1000)).map((file) => ({ ...file, batch, replaces: file.replaces ?? null }));
  await registry.take(lines);
  return lines;
}

describe('registering', () => {
  it('makes a new content pending, and the same content known', async () => {
    expect(await registry.register(properties('a'))).toMatchObject({
      kind: 'new',
      file: { status: 'pending', path: 'gym_logins/a' },
    });
    expect(await registry.register(properties('a'))).toMatchObject({ kind: 'known' });
    expect(await registry.countPending()).toBe(1);
  });

  it('gives back what storage said, from the list of files and from the queue', async () => {
    const registration = await registry.register(properties('a', '0x8D1'));
    const file = registration.kind === 'new' ? registration.file : undefined;
    expect(file).toMatchObject({ etag: '0x8D1', length: 5, lastModified: '2026-01-01T00:00:00Z' });
    expect((await registry.files({}, 10)).rows).toEqual([file]);
    expect(await registry.pending(10)).toEqual([file]);
  });

  it('knows a content that another instance has registered', async () => {
    await registry.register(properties('a'));
    expect(await running.open(datasets, `registry${tables}`).register(properties('a'))).toMatchObject({
      kind: 'known',
    });
  });

  it('says which content a new one takes the place of', async () => {
    const first = await registry.register(properties('a', '0x1'));
    const second = await registry.register(properties('a', '0x2'));
    expect(second).toMatchObject({ kind: 'new', file: { replaces: first.kind === 'new' ? first.file.file : '' } });
  });

  it('registers each content once, however many tell of it at the same time', async () => {
    const others = [1, 2, 3, 4].map(() => running.open(datasets, `registry${tables}`));
    const told = others.flatMap((each) => ['0x1', '0x2', '0x3'].map((etag) => each.register(properties('a', etag))));
    const news = (await Promise.all(told)).filter(({ kind }) => kind === 'new');
    expect(news).toHaveLength(3);
    expect(await registry.countPending()).toBe(3);
  });

  it('writes down what it ignores, with the reason, and keeps it out of the queue', async () => {
    const registration = await registry.register({ ...properties('a'), path: 'unknown/a' });
    expect(registration).toMatchObject({
      kind: 'new',
      file: { status: 'ignored', reason: expect.stringContaining('not a known dataset') },
    });
    expect(await registry.countPending()).toBe(0);
  });
});

describe('the queue', () => {
  it('gives the oldest first, and no more than is asked for', async () => {
    for (const name of ['c', 'a', 'b']) await registry.register(properties(name));
    expect((await registry.pending(2)).map(({ path }) => path)).toEqual(['gym_logins/c', 'gym_logins/a']);
  });

  it('is left once, however often a batch is told of', async () => {
    await registry.register(properties('a'));
    const lines = await taken();
    await registry.take(lines);
    expect(await registry.countPending()).toBe(0);
    expect((await registry.files({ status: 'loading' }, 10)).rows).toMatchObject([{ path: 'gym_logins/a', batch }]);
  });

  it('takes more files than fit into one transaction', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, at) => registry.register(properties(`f${at}`))));
    expect(await taken()).toHaveLength(120);
    expect(await registry.countPending()).toBe(0);
  });
});

describe('settling', () => {
  it('gives each file its end, its release and its account', async () => {
    await registry.register(properties('a'));
    const lines = await taken();
    const file = lines[0]?.file ?? '';
    const account = { file, outcome: 'loaded' as const, lines: 3, blank: 1, accepted: 2, quarantined: 1 };
    await registry.settle(lines, new Map([[file, account]]), { status: 'published', release: 'r-1' });
    expect(await registry.file(file)).toMatchObject({
      status: 'published',
      release: 'r-1',
      lines: 3,
      accepted: 2,
      quarantined: 1,
      blank: 1,
    });
  });

  it('lets a superseded file end as such, whatever becomes of its batch', async () => {
    await registry.register(properties('a'));
    const lines = await taken();
    const file = lines[0]?.file ?? '';
    const account = {
      file,
      outcome: 'superseded' as const,
      reason: 'Newer.',
      lines: 0,
      blank: 0,
      accepted: 0,
      quarantined: 0,
    };
    await registry.settle(lines, new Map([[file, account]]), { status: 'published', release: 'r-1' });
    expect(await registry.file(file)).toMatchObject({ status: 'superseded', reason: 'Newer.' });
  });
});

describe('the doorbell', () => {
  it('is heard once until it is silenced', async () => {
    expect(await Promise.all([registry.ring(), registry.ring(), registry.ring()])).toEqual(
      expect.arrayContaining([true, false, false]),
    );
    await registry.silence();
    await registry.silence();
    expect(await registry.ring()).toBe(true);
  });
});

describe('lists', () => {
  it('are given a page at a time', async () => {
    for (const name of ['a', 'b', 'c']) await registry.register(properties(name));
    const first = await registry.files({}, 2);
    const second = await registry.files({}, 2, first.next);
    expect([...first.rows, ...second.rows].map(({ path }) => path).sort()).toEqual([
      'gym_logins/a',
      'gym_logins/b',
      'gym_logins/c',
    ]);
    expect(second.next).toBeUndefined();
  });

  it('cannot be widened by a quote in a filter', async () => {
    await registry.register(properties('a'));
    expect((await registry.files({ path: "x' or '1' eq '1" }, 10)).rows).toEqual([]);
  });

  it('show runs newest first', async () => {
    const run = (id: string) => ({
      batch: id,
      outcome: 'running' as const,
      files: 1,
      datasets: [],
      startedAt: '2026-01-01T00:00:00Z',
      layers: [],
    });
    const later = '20270101T000000000Z-01234567';
    await registry.saveRun(run(batch));
    await registry.saveRun(run(later));
    expect((await registry.runs(10)).rows.map((each) => each.batch)).toEqual([later, batch]);
    expect(await registry.run(batch)).toMatchObject({ batch });
    expect(await registry.run('20280101T000000000Z-01234567')).toBeUndefined();
  });
});

describe('a crash', () => {
  it('forgets nothing that was answered', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, at) => registry.register(properties(`f${at}`))));
    await running.kill();
    await running.start();
    expect(await running.open(datasets, `registry${tables}`).countPending()).toBe(30);
  });
});
