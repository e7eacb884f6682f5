import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseArchive } from '../../../medallion/files/archive.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import { createBatchId } from '../../../medallion/files/manifest.ts';
import { archiveFiles } from '../../../operations/retention/archive-files.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';
import { registerNew } from '../../support/register-files.ts';
import { storeFile } from '../../support/store-file.ts';

const dataset = 'gym_logins';
const before = new Date('2026-07-01T00:00:00Z');
const createPorts = () => createFakePorts({ datasets: [aLanding(dataset)] });

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

async function store(ports: FakePorts, name: string, at: string, change: Partial<RegisteredFile> = {}) {
  vi.setSystemTime(at);
  await storeFile(ports, aFile(`${dataset}/${name}`, { batch: createBatchId(new Date(at), '01234567'), ...change }));
}

const listPaths = (files: readonly RegisteredFile[]) => files.map(({ path }) => path.split('/')[1]).sort();
const listKept = async (ports: FakePorts) => listPaths((await ports.files.list({ dataset }, 100)).rows);
const listParts = ({ texts }: FakePorts) => [...texts.keys()].filter((path) => path.startsWith('archive/')).sort();
const readArchived = (ports: FakePorts) =>
  listParts(ports).flatMap((path) => parseArchive(ports.texts.get(path) ?? ''));

/** Two days of old files, one of them with lines that somebody has to look at, and files that stay. */
async function fill(ports: FakePorts): Promise<void> {
  await store(ports, 'old-1', '2026-01-01T10:00:00Z');
  await store(ports, 'old-2', '2026-01-01T11:00:00Z', { quarantinedLines: 2, lines: 3, accepted: 1 });
  await store(ports, 'old-3', '2026-01-02T10:00:00Z', { status: 'quarantined', reason: 'So.' });
  await store(ports, 'failed', '2026-01-02T11:00:00Z', { status: 'failed', reason: 'So.' });
  await store(ports, 'loaded-again', '2026-01-02T12:00:00Z', {
    batch: createBatchId(new Date('2026-07-02'), '01234567'),
  });
  await store(ports, 'new', '2026-07-02T10:00:00Z');
  vi.setSystemTime('2026-01-02T13:00:00Z');
  await registerNew(ports, getProperties(aFile(`${dataset}/pending`)));
}

const old = ['old-1', 'old-2', 'old-3'];
const kept = ['failed', 'loaded-again', 'new', 'pending'];

describe('archiveFiles', () => {
  it('brings what has been settled for long into a part for each day, and deletes its rows', async () => {
    const ports = createPorts();
    await fill(ports);
    const all = (await ports.files.list({ dataset }, 100)).rows;
    expect(await archiveFiles(ports, dataset, before, 1000)).toBe(3);
    expect(listParts(ports)).toEqual([
      expect.stringMatching(/^archive\/gym_logins\/2026-01-01-[0-9a-f]{12}\.jsonl\.gz$/),
      expect.stringMatching(/^archive\/gym_logins\/2026-01-02-[0-9a-f]{12}\.jsonl\.gz$/),
    ]);
    const archived = readArchived(ports);
    for (const file of archived) expect(all).toContainEqual(file);
    expect(listPaths(archived)).toEqual(old);
    expect(await listKept(ports)).toEqual(kept);
    expect(listPaths((await ports.files.listNewest([dataset], 100)).rows)).toEqual(kept);
    expect((await ports.files.listQuarantined({ dataset, dismissed: false }, 10)).rows).toEqual([]);
    expect(await archiveFiles(ports, dataset, before, 1000)).toBe(0);
  });

  it('keeps what a path holds last: the same content is known, and a new one says what it replaces', async () => {
    const ports = createPorts();
    await fill(ports);
    await archiveFiles(ports, dataset, before, 1000);
    const content = getProperties(aFile(`${dataset}/old-1`));
    const known = await ports.files.register(content.path, async () => content);
    expect(known.kind).toBe('known');
    const next = await registerNew(ports, { ...content, etag: '0x2' });
    expect(next).toMatchObject({ sequence: 2, replaces: known.kind === 'known' ? known.file : '' });
  });

  it('looks at so many files, and takes the others the next time', async () => {
    const ports = createPorts();
    await fill(ports);
    const counts: number[] = [];
    while ((await listKept(ports)).length > kept.length && counts.length < 10)
      counts.push(await archiveFiles(ports, dataset, before, 4));
    expect(counts).toEqual([1, 2]);
    expect(listPaths(readArchived(ports))).toEqual(old);
  });

  it('leaves a file that changes while it is archived', async () => {
    const ports = createPorts();
    await fill(ports);
    const content = getProperties(aFile(`${dataset}/old-1`));
    const lake = {
      ...ports.lake,
      commitPacked: async (path: string, text: string) => {
        await ports.lake.commitPacked(path, text);
        await ports.files.register(content.path, async () => ({ ...content, etag: '0x2' }));
        await ports.files.register(content.path, async () => content);
      },
    };
    await archiveFiles({ ...ports, lake }, dataset, before, 1000);
    const { rows } = await ports.files.list({ path: content.path, status: 'pending' }, 10);
    expect(rows).toMatchObject([{ etag: content.etag }]);
    expect(await listKept(ports)).toContain('old-1');
  });

  it('loses nothing and archives nothing twice, at whichever call it is killed', async () => {
    for (let calls = 0; ; calls++) {
      const ports = createPorts();
      await fill(ports);
      const hasDied = await archiveFiles(createDying(ports, calls), dataset, before, 1000).then(
        () => false,
        (error: Error) => error.message === 'Killed.',
      );
      await archiveFiles(ports, dataset, before, 1000);
      expect(listPaths(readArchived(ports))).toEqual(old);
      expect(await listKept(ports)).toEqual(kept);
      expect(listPaths((await ports.files.listNewest([dataset], 100)).rows)).toEqual(kept);
      expect(await ports.marks.find(`archive-part:${dataset}`)).toBeUndefined();
      if (!hasDied) return expect(calls).toBeGreaterThan(10);
    }
  });
});

/** Ports that work so many times. The call after that is done, and its answer is never heard. */
function createDying(ports: FakePorts, maxCalls: number): FakePorts {
  let calls = 0;
  const dieAfter = <Method extends (...parameters: never[]) => Promise<unknown>>(method: Method) =>
    (async (...parameters: never[]) => {
      const result = await method(...parameters);
      if (calls++ >= maxCalls) throw new Error('Killed.');
      return result;
    }) as unknown as Method;
  const { archive, lake, marks } = ports;
  return {
    ...ports,
    archive: { ...archive, purge: dieAfter(archive.purge) },
    lake: { ...lake, commitPacked: dieAfter(lake.commitPacked) },
    marks: { find: dieAfter(marks.find), set: dieAfter(marks.set), clear: dieAfter(marks.clear) },
  };
}
