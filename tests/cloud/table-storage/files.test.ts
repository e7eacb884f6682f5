import { expect, it } from 'vitest';
import { createFiles } from '../../../cloud/table-storage/files.ts';
import { createQueue } from '../../../cloud/table-storage/queue.ts';
import { type RegisteredFile, toFileId } from '../../../medallion/files/file.ts';
import type { ManifestLine } from '../../../medallion/files/manifest.ts';
import type { FileAccount } from '../../../medallion/files/report.ts';
import { UnknownPageTokenError } from '../../../medallion/page.ts';
import type { Files } from '../../../medallion/ports/files.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { createClock } from '../../support/clock.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const datasets = ['gym_logins', 'bpm_export'];
const landing = datasets.map((dataset) => ({ dataset }));

let landedAt = Date.parse('2026-01-01T00:00:00Z');

/** Each file lands a second after the one before. */
function register(files: Files, path: string, etag = '0x1'): Promise<RegisteredFile> {
  landedAt += 1000;
  const lastModified = new Date(landedAt).toISOString();
  return registerNew({ files }, getProperties(aFile(path, { etag, lastModified })));
}

const toLine = (file: RegisteredFile): ManifestLine => ({ ...file, batch, replaces: file.replaces ?? null });

const createAccount = ({ file }: RegisteredFile, quarantinedLines: number): FileAccount => ({
  file,
  outcome: 'loaded',
  lines: 3,
  blank: 1,
  accepted: 3 - quarantinedLines,
  quarantinedLines,
  ...(quarantinedLines > 0 ? { violations: { gym_missing: quarantinedLines } } : {}),
});

const toAccounts = (...accounts: FileAccount[]) => new Map(accounts.map((account) => [account.file, account]));
const published = { status: 'published', release: 'r-1' } as const;

describeOnTables('a file', (openTable) => {
  const open = () => {
    const getTable = openTable();
    const files = createFiles(getTable, landing, createClock());
    return { files, queue: createQueue(getTable, datasets), table: getTable };
  };

  it('is found by its id, with its dataset and without', async () => {
    const { files } = open();
    const file = await register(files, 'bpm_export/a');
    const ignored = await register(files, 'stray.csv');
    expect(await files.get('bpm_export', file.file)).toEqual(file);
    expect(await files.findById(file.file)).toEqual(file);
    expect(await files.findById(ignored.file)).toEqual(ignored);
    expect(await files.get('gym_logins', file.file)).toBeUndefined();
    expect(await files.findById(toFileId({ path: 'bpm_export/a', etag: '0x2' }))).toBeUndefined();
  });

  it('ends with its batch, with its release and its account', async () => {
    const { files, queue } = open();
    const file = await register(files, 'gym_logins/a');
    await queue.markLoading([toLine(file)]);
    await files.finalize([toLine(file)], toAccounts(createAccount(file, 1)), published);
    expect(await files.findById(file.file)).toMatchObject({
      status: 'published',
      release: 'r-1',
      lines: 3,
      accepted: 2,
      quarantinedLines: 1,
      blank: 1,
    });
  });

  it('ends also if a mark of it is removed at the same moment', async () => {
    const { files, table } = open();
    const file = await register(files, 'gym_logins/a');
    await files.finalize([toLine(file)], toAccounts(createAccount(file, 1)), published);
    const client = await table();
    const submit = client.submitTransaction.bind(client);
    let isFirst = true;
    client.submitTransaction = async (actions) => {
      const mark = { partitionKey: file.dataset, rowKey: `attention:${file.file}` };
      if (isFirst) await client.deleteEntity(mark.partitionKey, mark.rowKey);
      isFirst = false;
      return submit(actions);
    };
    await files.finalize([toLine(file)], toAccounts(createAccount(file, 0)), { ...published, release: 'r-2' });
    client.submitTransaction = submit;
    expect(await files.findById(file.file)).toMatchObject({ release: 'r-2', quarantinedLines: 0 });
    expect((await files.listQuarantined({ dismissed: false }, 10)).rows).toEqual([]);
  });

  it('remembers when it came through the layers', async () => {
    const { files } = open();
    const file = await register(files, 'gym_logins/a');
    const passage = { bronzeAt: '2026-01-01T00:00:01Z', silverAt: undefined, publishedAt: '2026-01-01T00:00:04Z' };
    await files.finalize([toLine(file)], new Map(), { ...published, passage });
    expect(await files.findById(file.file)).toMatchObject({
      bronzeAt: passage.bronzeAt,
      publishedAt: passage.publishedAt,
    });
  });

  it('that is superseded ends as such, whatever becomes of its batch', async () => {
    const { files } = open();
    const file = await register(files, 'gym_logins/a');
    const account = { ...createAccount(file, 0), outcome: 'superseded' as const, reason: 'Newer.' };
    await files.finalize([toLine(file)], toAccounts(account), published);
    expect(await files.findById(file.file)).toMatchObject({ status: 'superseded', reason: 'Newer.' });
  });

  it('is published with what its account tells of it', async () => {
    const { files } = open();
    const file = await register(files, 'gym_logins/a');
    await files.finalize([toLine(file)], toAccounts({ ...createAccount(file, 0), reason: 'More.' }), published);
    expect(await files.findById(file.file)).toMatchObject({ status: 'published', reason: 'More.' });
  });

  it('has no old reason beside a new status', async () => {
    const { files } = open();
    const file = await register(files, 'gym_logins/a');
    await files.finalize([toLine(file)], new Map(), { status: 'failed', reason: 'It broke.' });
    await files.finalize([toLine(file)], new Map(), published);
    expect((await files.findById(file.file))?.reason).toBe('');
  });
});

describeOnTables('lists of files', (openTable) => {
  const open = () => createFiles(openTable(), landing, createClock());

  it('are given a page at a time', async () => {
    const files = open();
    for (const name of ['a', 'b', 'c']) await register(files, `gym_logins/${name}`);
    const first = await files.list({}, 2);
    const second = await files.list({}, 2, first.next);
    expect([...first.rows, ...second.rows].map(({ path }) => path).sort()).toEqual([
      'gym_logins/a',
      'gym_logins/b',
      'gym_logins/c',
    ]);
    expect(second.next).toBeUndefined();
  });

  it('hold the files that meet every condition', async () => {
    const files = open();
    const file = await register(files, 'gym_logins/a');
    await register(files, 'gym_logins/b');
    await register(files, 'bpm_export/a');
    await files.markReloading([toLine(file)]);
    await files.finalize([toLine(file)], new Map(), published);
    const listPaths = async (filter: Parameters<Files['list']>[0]) =>
      (await files.list(filter, 10)).rows.map(({ path }) => path);
    expect(await listPaths({ dataset: 'bpm_export' })).toEqual(['bpm_export/a']);
    expect(await listPaths({ status: 'published' })).toEqual(['gym_logins/a']);
    expect(await listPaths({ batch, release: 'r-1', dataset: 'gym_logins' })).toEqual(['gym_logins/a']);
    expect(await listPaths({ path: 'gym_logins/b' })).toEqual(['gym_logins/b']);
  });

  it('cannot be widened by a quote in a filter', async () => {
    const files = open();
    await register(files, 'gym_logins/a');
    expect((await files.list({ path: "x' or '1' eq '1" }, 10)).rows).toEqual([]);
  });

  it('give the newest first, over all datasets, a page at a time', async () => {
    const files = open();
    const paths = ['gym_logins/a', 'bpm_export/b', 'gym_logins/c', 'stray.csv', 'bpm_export/d'];
    for (const path of paths) await register(files, path);
    const listed: string[] = [];
    for (let after: string | undefined, hasMore = true; hasMore; ) {
      const page = await files.listNewest(datasets, 2, after);
      listed.push(...page.rows.map(({ path }) => path));
      after = page.next;
      hasMore = after !== undefined;
    }
    expect(listed).toEqual(paths.toReversed());
    expect((await files.listNewest(['gym_logins'], 10)).rows.map(({ path }) => path)).toEqual([
      'stray.csv',
      'gym_logins/c',
      'gym_logins/a',
    ]);
  });

  it.for(['nonsense', "latest:x' or '1' eq '1", 'eyJhIjoxfQ=='])(
    'do not go on from the page token %s',
    async (token) => {
      const files = open();
      await expect(files.listNewest(datasets, 2, token)).rejects.toThrow(UnknownPageTokenError);
      await expect(files.list({}, 2, token)).rejects.toThrow(UnknownPageTokenError);
      await expect(files.listQuarantined({ dismissed: false }, 2, token)).rejects.toThrow(UnknownPageTokenError);
    },
  );
});

describeOnTables('quarantined files', (openTable) => {
  const open = () => createFiles(openTable(), landing, createClock());

  it('are listed with their violations until they are dismissed, and again when they are loaded again', async () => {
    const files = open();
    const file = await register(files, 'gym_logins/a');
    const clean = await register(files, 'gym_logins/b');
    const lines = [file, clean].map(toLine);
    const accounts = toAccounts(createAccount(file, 2), createAccount(clean, 0));
    const listViolations = async (dismissed: boolean) =>
      (await files.listQuarantined({ dataset: 'gym_logins', dismissed }, 10)).rows.map(({ violations }) => violations);

    await files.finalize(lines, accounts, published);
    expect(await listViolations(false)).toEqual([{ gym_missing: 2 }]);
    await files.dismissQuarantine(file, 'A test.');
    expect(await listViolations(false)).toEqual([]);
    expect(await listViolations(true)).toEqual([{ gym_missing: 2 }]);
    await files.markReloading(lines);
    expect(await files.findById(file.file)).toMatchObject({ status: 'loading', batch });
    await files.finalize(lines, accounts, published);
    expect(await listViolations(false)).toEqual([{ gym_missing: 2 }]);
  });

  it('are listed without a single line, if they were set aside as a whole', async () => {
    const files = open();
    const file = await register(files, 'gym_logins/a');
    const whole: FileAccount = { ...createAccount(file, 0), outcome: 'quarantined', reason: 'It has no header.' };
    const list = async (dismissed: boolean) => (await files.listQuarantined({ dismissed }, 10)).rows;

    await files.finalize([toLine(file)], toAccounts(whole), published);
    expect(await list(false)).toMatchObject([{ file: file.file, status: 'quarantined', reason: 'It has no header.' }]);
    await files.dismissQuarantine(file, 'A test.');
    expect(await list(false)).toEqual([]);
    expect(await list(true)).toMatchObject([{ file: file.file }]);
    await files.finalize([toLine(file)], toAccounts(createAccount(file, 0)), published);
    expect([...(await list(false)), ...(await list(true))]).toEqual([]);
  });

  it('leave the list when a newer content takes their place', async () => {
    const files = open();
    const before = await register(files, 'gym_logins/a', '0x1');
    const later = await register(files, 'gym_logins/a', '0x2');
    const listIds = async () => (await files.listQuarantined({ dismissed: false }, 10)).rows.map(({ file }) => file);

    await files.finalize([toLine(before)], toAccounts(createAccount(before, 2)), { status: 'blocked' });
    expect(await listIds()).toEqual([before.file]);
    await files.finalize([toLine(later)], toAccounts(createAccount(later, 1)), published);
    expect(await listIds()).toEqual([later.file]);
    expect(await files.findById(before.file)).toMatchObject({
      status: 'superseded',
      dismissed: expect.stringContaining('newer'),
    });
  });
});
