import { describe, expect, it } from 'vitest';
import { acceptancePath, exclusionPath, mostlyBrokenRule } from '../../../medallion/files/decisions.ts';
import { FileStatus, type RegisteredFile } from '../../../medallion/files/file.ts';
import {
  acceptFile,
  excludeFile,
  includeFile,
  rejectUnlessExcluded,
  rejectUnlessIncluded,
  rejectUnlessMostlyBroken,
} from '../../../operations/intake/decide-file.ts';
import { finishForming, writeManifest } from '../../../operations/intake/form-batch.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerFiles, registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';

const datasets = [aLanding('gym_logins')];
const broken = { violations: { [mostlyBrokenRule]: 12 } };

/** What may be done with a file of each status; the violations are those of a file that is mostly broken. */
const allowed: Record<FileStatus, readonly string[]> = {
  pending: ['exclude'],
  loading: ['exclude'],
  published: ['exclude'],
  quarantined: ['exclude', 'accept'],
  blocked: ['exclude'],
  failed: ['exclude'],
  superseded: ['exclude'],
  ignored: ['exclude'],
  excluded: ['include'],
};

const listAllowed = (file: RegisteredFile): string[] => [
  ...(rejectUnlessIncluded({ datasets }, file) ? [] : ['exclude']),
  ...(rejectUnlessExcluded(file) ? [] : ['include']),
  ...(rejectUnlessMostlyBroken(file) ? [] : ['accept']),
];

describe('what a person may decide about a file', () => {
  it.for(FileStatus.options)('depends on its status: %s', (status) => {
    expect(listAllowed(aFile('gym_logins/a', { status, ...broken }))).toEqual(allowed[status]);
  });

  it('is nothing where no dataset takes it', () => {
    expect(listAllowed(aFile('unknown/a', { status: 'ignored' }))).toEqual([]);
  });

  it('is no acceptance of a file that cannot be read', () => {
    expect(rejectUnlessMostlyBroken(aFile('gym_logins/a', { status: 'quarantined' }))?.reason).toContain(
      "'gym_logins/a'",
    );
  });
});

describe('a file that is excluded', () => {
  it('is named in the lake, where bronze looks before it reads', async () => {
    const ports = createFakePorts({ datasets });
    const [file] = (await registerFiles(ports, [{ path: 'gym_logins/a' }])) as [RegisteredFile];
    await excludeFile(ports, file, 'Wrong.');
    expect(JSON.parse(ports.texts.get(exclusionPath(file)) ?? '')).toEqual({
      file: file.file,
      path: file.path,
      reason: 'Wrong.',
    });
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded', reason: 'Wrong.' });
  });

  it.for([
    ['is being read', { status: 'loading' }, true],
    ['was overwritten while its batch was formed', { status: 'superseded' }, true],
    ['was read after that had landed', { status: 'published', bronzeAt: '2026-01-01T00:00:05Z' }, true],
    ['was read before that had landed', { status: 'published', bronzeAt: '2025-12-31T23:59:59Z' }, false],
    ['has another length', { status: 'loading', length: 4 }, false],
    ['has no line that counts', { status: 'quarantined' }, false],
  ] as const)('takes with it the content before it, which may have its lines: %s', async ([, change, isOut]) => {
    const ports = createFakePorts({ datasets });
    const before = aFile('gym_logins/a', { etag: '0x1', ...change });
    const file = aFile('gym_logins/a', { etag: '0x2', replaces: before.file });
    const excluded: string[] = [];
    const files = {
      ...ports.files,
      get: async (_: string, id: string) => (id === before.file ? before : undefined),
      exclude: async (each: RegisteredFile) => void excluded.push(each.file),
    };
    await excludeFile({ ...ports, files }, file, 'Wrong.');
    expect(excluded).toEqual(isOut ? [file.file, before.file] : [file.file]);
    expect(ports.texts.has(exclusionPath(before))).toBe(isOut);
  });

  it('takes with it one that a batch had listed when it was overwritten', async () => {
    const ports = createFakePorts({ datasets });
    const [before] = (await registerFiles(ports, [{ path: 'gym_logins/a' }])) as [RegisteredFile];
    await writeManifest(ports, batch, 10);
    const file = await registerNew(ports, getProperties(aFile('gym_logins/a', { etag: '0x9', length: before.length })));
    await finishForming(ports, batch);
    await excludeFile(ports, file, 'Wrong.');
    expect(await ports.files.findById(before.file)).toMatchObject({
      status: 'excluded',
      reason: 'It may have the lines of the content in its place, which is out: Wrong.',
    });
  });

  it('is not accepted any more', async () => {
    const ports = createFakePorts({ datasets });
    const file = aFile('gym_logins/a', { status: 'quarantined', reason: 'Too many.' });
    await storeFile(ports, file);
    await acceptFile(ports, file, 'It is as it should be.');
    expect(ports.texts.has(acceptancePath(file))).toBe(true);
    expect((await ports.queue.next(10)).map(({ replaces, status }) => [status, replaces])).toEqual([
      ['pending', file.file],
    ]);
    await excludeFile(ports, file, 'It is not.');
    expect([...ports.texts.keys()]).toEqual([exclusionPath(file)]);
  });

  it('waits in place of itself when it is included again', async () => {
    const ports = createFakePorts({ datasets });
    const file = aFile('gym_logins/a');
    await storeFile(ports, file);
    await excludeFile(ports, file, 'Wrong.');
    await includeFile(ports, file);
    expect(ports.texts.size).toBe(0);
    expect(await ports.queue.listRemovals(10)).toEqual([]);
    expect(await ports.queue.next(10)).toMatchObject([{ file: file.file, status: 'pending', replaces: file.file }]);
  });
});
