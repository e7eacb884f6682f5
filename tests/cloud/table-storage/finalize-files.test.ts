import { expect, it } from 'vitest';
import { createFiles } from '../../../cloud/table-storage/files.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import type { FileAccount } from '../../../medallion/files/report.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { createClock } from '../../support/clock.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const toLine = (file: RegisteredFile) => ({ ...file, batch, replaces: file.replaces ?? null });

const toAccounts = ({ file }: RegisteredFile): Map<string, FileAccount> =>
  new Map([[file, { file, outcome: 'loaded', lines: 1, blank: 0, accepted: 1, quarantinedLines: 0 }]]);

describeOnTables('a released content', (openTable) => {
  it('ends the one before it, also if one between them was never loaded', async () => {
    const files = createFiles(openTable(), [{ dataset: 'gym_logins' }], createClock());
    const register = (etag: string) => registerNew({ files }, getProperties(aFile('gym_logins/a', { etag })));
    const oldest = await register('0x1');
    await register('0x2');
    const newest = await register('0x3');
    await files.finalize([toLine(oldest)], toAccounts(oldest), { status: 'published', release: 'r-1' });
    await files.finalize([toLine(newest)], toAccounts(newest), { status: 'published', release: 'r-2' });
    expect(await files.findById(oldest.file)).toMatchObject({ status: 'superseded' });
    expect(await files.findById(newest.file)).toMatchObject({ status: 'published', release: 'r-2' });
  });
});
