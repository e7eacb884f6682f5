import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { IntakeRules } from '../../medallion/files/intake.ts';
import type { ManifestLine } from '../../medallion/files/manifest.ts';
import type { FileAccount } from '../../medallion/files/report.ts';
import { type Page, UnknownPageTokenError } from '../../medallion/page.ts';
import type { FileFilter, FileOutcome, Files, QuarantineFilter } from '../../medallion/ports/files.ts';
import { toFile } from './file-rows.ts';
import { fileKey, hasPrefix, noDataset, pathKey, quote } from './keys.ts';
import { createRegistrar } from './register-file.ts';
import { findRow, type Row, readPage, readRows, submitInTransactions } from './table.ts';

export function createFiles(
  getTable: () => Promise<TableClient>,
  landing: readonly IntakeRules[],
  now: () => Date = () => new Date(),
): Files {
  const datasets = landing.map(({ dataset }) => dataset);
  const get = async (dataset: string, id: string) => {
    const row = await findRow(await getTable(), dataset, fileKey(id));
    return row && toFile(row);
  };
  return {
    register: createRegistrar(getTable, landing, now),
    get,
    findById: async (id) => {
      const files = await Promise.all([...datasets, noDataset].map((dataset) => get(dataset, id)));
      return files.find((file) => file !== undefined);
    },
    list: async (filter, max, after) => readPage(await getTable(), { ...toFilter(filter), toItem: toFile, max, after }),
    listNewest: async (wanted, max, after) => listNewest(await getTable(), wanted, max, after),
    listQuarantined: async (filter, max, after) =>
      readPage(await getTable(), { ...toQuarantineFilter(filter), toItem: toFile, max, after }),
    markReloading: async (lines) => markReloading(await getTable(), lines),
    finalize: async (lines, accounts, outcome) => finalize(await getTable(), lines, accounts, outcome),
    dismissQuarantine: async ({ dataset, file }, reason) => {
      const row = { partitionKey: dataset, rowKey: fileKey(file), dismissed: reason };
      await (await getTable()).updateEntity(row, 'Merge');
    },
  };
}

function toFilter({ batch, dataset, path, release, status }: FileFilter) {
  const columns = Object.entries({ status, batch, path, release });
  const equal = columns.flatMap(([name, value]) => (value ? [`${name} eq ${quote(value)}`] : []));
  return { partition: dataset, conditions: [hasPrefix('file'), ...equal] };
}

const toQuarantineFilter = ({ dataset, dismissed }: QuarantineFilter) => ({
  partition: dataset,
  conditions: [hasPrefix('file'), "quarantine gt ''", dismissed ? "dismissed gt ''" : "dismissed eq ''"],
});

const newestToken = /^latest:\d{16}:[0-9a-f]{32}$/;

/** Newest first over all partitions: each gives its newest, and the newest of those is the page. */
async function listNewest(
  table: TableClient,
  datasets: readonly string[],
  max: number,
  after?: string,
): Promise<Page<RegisteredFile>> {
  if (after !== undefined && !newestToken.test(after)) throw new UnknownPageTokenError();
  const conditions = [after === undefined ? hasPrefix('latest') : `RowKey gt ${quote(after)} and RowKey lt 'latest;'`];
  const newest = await Promise.all(
    [...datasets, noDataset].map((partition) =>
      readRows(table, { partition, conditions, toItem: toPointer, max: max + 1 }),
    ),
  );
  const pointers = newest.flat().sort((a, b) => (a.key < b.key ? -1 : 1));
  const fileRows = await Promise.all(
    pointers.slice(0, max).map(({ dataset, file }) => findRow(table, dataset, fileKey(file))),
  );
  const last = pointers.length > max ? pointers[max - 1]?.key : undefined;
  return { rows: fileRows.flatMap((row) => (row ? [toFile(row)] : [])), ...(last ? { next: last } : {}) };
}

const toPointer = (row: Row) => ({
  key: String(row['rowKey']),
  dataset: String(row['partitionKey']),
  file: String(row['file']),
});

async function markReloading(table: TableClient, lines: readonly ManifestLine[]): Promise<void> {
  const actions = lines.map(({ batch, dataset, file }): TransactionAction => {
    const change = { status: 'loading', reason: '', dismissed: '', batch };
    return ['update', { partitionKey: dataset, rowKey: fileKey(file), ...change }, 'Merge'];
  });
  await submitInTransactions(table, actions);
}

const replacedReason = 'A newer content of the same path has taken its place.';

async function finalize(
  table: TableClient,
  lines: readonly ManifestLine[],
  accounts: ReadonlyMap<string, FileAccount>,
  outcome: FileOutcome,
): Promise<void> {
  const actions = lines.flatMap((line): TransactionAction[] => {
    const toKey = (file: string) => ({ partitionKey: line.dataset, rowKey: fileKey(file) });
    const account = accounts.get(line.file);
    const own: TransactionAction = ['update', { ...toKey(line.file), ...toChange(account, outcome) }, 'Merge'];
    const isRead = account !== undefined && account.outcome !== 'superseded';
    const isReplaced = line.replaces && line.replaces !== line.file && isRead;
    // The lines of the content before are gone with it, so nobody needs to look at them any more.
    const before = { ...toKey(line.replaces ?? ''), dismissed: replacedReason };
    // Should this content lie at its path again, it is registered anew.
    const lost = { partitionKey: line.dataset, rowKey: pathKey(line.path), lostSequence: line.sequence };
    const isLost = account?.outcome === 'superseded' && line.sequence !== undefined;
    return [
      own,
      ...(isReplaced ? [['update', before, 'Merge'] as TransactionAction] : []),
      ...(isLost ? [['update', lost, 'Merge'] as TransactionAction] : []),
    ];
  });
  await submitInTransactions(table, actions);
}

function toChange(account: FileAccount | undefined, { passage, reason, release, status }: FileOutcome) {
  if (account?.outcome === 'superseded') {
    return { status: 'superseded', reason: account.reason ?? replacedReason };
  }
  if (account?.outcome === 'quarantined') {
    return { status: 'quarantined', reason: account.reason ?? '', ...passage, ...toCounts(account) };
  }
  // A merge leaves out nothing that is named: an old reason is emptied, not kept beside a new status.
  return { status, reason: reason ?? '', ...(release ? { release } : {}), ...passage, ...toCounts(account) };
}

/** What of a file is in quarantine. One column for both, since a filter of the service joins conditions by `and` alone. */
function toQuarantine({ outcome, quarantinedLines }: FileAccount): 'file' | 'lines' | '' {
  if (outcome === 'quarantined') return 'file';
  return quarantinedLines > 0 ? 'lines' : '';
}

function toCounts(account: FileAccount | undefined) {
  if (!account) return {};
  const { accepted, blank, lines, quarantinedLines, violations = {} } = account;
  return {
    lines,
    blank,
    accepted,
    quarantinedLines,
    quarantine: toQuarantine(account),
    violations: JSON.stringify(violations),
    dismissed: '',
  };
}
