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
import { aFile } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerFiles } from '../../support/register-files.ts';
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
