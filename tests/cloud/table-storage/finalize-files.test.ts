import { expect, it } from 'vitest';
import { createFiles } from '../../../cloud/table-storage/files.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import type { FileAccount } from '../../../medallion/files/report.ts';
import type { FileOutcome } from '../../../medallion/ports/files.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { createClock } from '../../support/clock.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const toLine = (file: RegisteredFile) => ({ ...file, batch, replaces: file.replaces ?? null });

const toAccounts = ({ file }: RegisteredFile, outcome: FileAccount['outcome']): Map<string, FileAccount> =>
  new Map([[file, { file, outcome, lines: 1, blank: 0, accepted: 1, quarantinedLines: 0 }]]);

describeOnTables('a released content', (openTable) => {
  function createPath() {
    const files = createFiles(openTable(), [{ dataset: 'gym_logins' }], createClock());
    const register = (etag: string) => registerNew({ files }, getProperties(aFile('gym_logins/a', { etag })));
    const finalize = (file: RegisteredFile, outcome: FileOutcome, ending: FileAccount['outcome'] = 'loaded') =>
      files.finalize([toLine(file)], toAccounts(file, ending), outcome);
    const getStatus = async ({ file }: RegisteredFile) => (await files.findById(file))?.status;
    return { register, finalize, getStatus };
  }
  const published: FileOutcome = { status: 'published', release: 'r-1' };

  it('ends the one before it, also if one between them was never loaded', async () => {
    const { finalize, getStatus, register } = createPath();
    const oldest = await register('0x1');
    await register('0x2');
    const newest = await register('0x3');
    await finalize(oldest, published);
    await finalize(newest, published);
    expect(await getStatus(oldest)).toBe('superseded');
    expect(await getStatus(newest)).toBe('published');
  });

  it('ends the one before it, if itself had to be registered twice in its place', async () => {
    const { finalize, getStatus, register } = createPath();
    const oldest = await register('0x1');
    await finalize(oldest, published);
    await finalize(await register('0x2'), published, 'superseded');
    const newest = await register('0x2');
    await finalize(newest, published);
    expect(await getStatus(oldest)).toBe('superseded');
    expect(await getStatus(newest)).toBe('published');
  });

  it('ends the one before it, if itself was put back after a third', async () => {
    const { finalize, getStatus, register } = createPath();
    const oldest = await register('0x1');
    await finalize(oldest, published);
    await register('0x2');
    const between = await register('0x3');
    const newest = await register('0x2');
    await finalize(newest, published);
    expect(await getStatus(oldest)).toBe('superseded');
    expect(await getStatus(between)).toBe('superseded');
    expect(await getStatus(newest)).toBe('published');
  });

  it('stays published when a run that failed before is ended a second time', async () => {
    const { finalize, getStatus, register } = createPath();
    const file = await register('0x1');
    const failed: FileOutcome = { status: 'failed', reason: 'It broke.' };
    await finalize(file, failed);
    await finalize(file, { status: 'published', release: `r-${batch}` });
    await finalize(file, failed);
    expect(await getStatus(file)).toBe('published');
  });

  it('fails if it is read again after its release, and the run fails', async () => {
    const { finalize, getStatus, register } = createPath();
    const file = await register('0x1');
    await finalize(file, { status: 'published', release: 'r-20200101T000000000Z-00000000' });
    await finalize(file, { status: 'failed', reason: 'It broke.' });
    expect(await getStatus(file)).toBe('failed');
  });

  it('leaves one superseded that was overwritten while its batch was formed, if the run fails', async () => {
    const { finalize, getStatus, register } = createPath();
    const overwritten = await register('0x1');
    const newest = await register('0x2');
    await finalize(overwritten, { status: 'failed', reason: 'It broke.' });
    await finalize(newest, { status: 'failed', reason: 'It broke.' });
    expect(await getStatus(overwritten)).toBe('superseded');
    expect(await getStatus(newest)).toBe('failed');
  });
});
