import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { ManifestLine } from '../../medallion/files/manifest.ts';
import type { FileAccount } from '../../medallion/files/report.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { FileOutcome } from '../../medallion/ports/files.ts';
import { toReleaseName } from '../../medallion/releases/release.ts';
import { maxReasonLength, shorten } from '../../medallion/texts.ts';
import { type Attention, createAttentionActions } from './attention-rows.ts';
import { listContentsBack } from './contents-before.ts';
import { fileKey, pathKey } from './keys.ts';
import { findRow, type Row, rowsAtOnce, submitInTransactions } from './table.ts';

const replacedReason = 'A newer content of the same path has taken its place.';

/** The changes of so many files are held in memory. */
const filesAtOnce = 256;

/** Writes down how the files of a batch ended. A file that was purged meanwhile stays as it is. */
export async function finalize(
  table: TableClient,
  lines: readonly ManifestLine[],
  accounts: ReadonlyMap<string, FileAccount>,
  outcome: FileOutcome,
): Promise<void> {
  for (let start = 0; start < lines.length; start += filesAtOnce) {
    const part = lines.slice(start, start + filesAtOnce);
    const groups = await mapConcurrently(part, rowsAtOnce, (line) =>
      createGroups(table, line, accounts.get(line.file), outcome),
    );
    await submitInTransactions(table, groups.flat());
  }
}

/**
 * What changes with a file: its own rows, those of the content before, and that of its path. Each mark is a group of its
 * own: one that somebody has removed meanwhile must not keep the file from its end.
 */
async function createGroups(
  table: TableClient,
  line: ManifestLine,
  account: FileAccount | undefined,
  outcome: FileOutcome,
): Promise<TransactionAction[][]> {
  const { action, dataset, file, path, sequence } = line;
  // Its status is what a person has decided, who may have taken it back since, and no batch changes it.
  if (action === 'remove' || account?.outcome === 'excluded') return [];
  const key = { partitionKey: dataset, rowKey: fileKey(file) };
  const isOver = outcome.status !== 'published' && (await isDecided(table, line));
  const own: TransactionAction = ['update', { ...key, ...toChange(account, outcome) }, 'Merge'];
  const marks = await createOwnMarks(table, line, account);
  const groups = [...(isOver ? [] : [own]), ...marks].map((change) => [change]);
  if (account !== undefined && isReadOutcome(account))
    groups.push(...(await createGroupsOfBefore(table, line, outcome)));
  if (account?.outcome === 'superseded' && sequence !== undefined) {
    // Should this content lie at its path again, it is registered anew.
    const lost = { partitionKey: dataset, rowKey: pathKey(path), lostSequence: sequence };
    groups.push([['update', lost, 'Merge']]);
  }
  return groups;
}

/**
 * That a file is in no release of this run says nothing of it if a newer content has landed while the batch was formed. Nor
 * does it if a later release has carried the file: an activity may be done a second time after that.
 */
async function isDecided(table: TableClient, { batch, dataset, file }: ManifestLine): Promise<boolean> {
  const row = await findRow(table, dataset, fileKey(file));
  const isCarried = row?.['status'] === 'published' && String(row['release']) >= toReleaseName(batch);
  return isCarried || row?.['status'] === 'superseded';
}

/** The lines of contents before are gone, so nobody needs to look at them any more. */
async function createGroupsOfBefore(
  table: TableClient,
  line: ManifestLine,
  { status }: FileOutcome,
): Promise<TransactionAction[][]> {
  const groups: TransactionAction[][] = [];
  for (const row of await listContentsBefore(table, line)) {
    const key = { partitionKey: line.dataset, rowKey: String(row['rowKey']) };
    // What a person has decided stays.
    const isOver = status === 'published' && !row['excluded'] && row['status'] !== 'superseded';
    const change = { dismissed: replacedReason, ...(isOver ? { status: 'superseded', reason: replacedReason } : {}) };
    const marks = await createAttentionActions(table, { dataset: line.dataset, file: String(row['file']) }, undefined);
    groups.push([['update', { ...key, ...change }, 'Merge']], ...marks.map((mark) => [mark]));
  }
  return groups;
}

/** Some were overwritten before they were loaded. One that was put back since has a later place. */
async function listContentsBefore(
  table: TableClient,
  { dataset, file, replaces, sequence = 0 }: ManifestLine,
): Promise<Row[]> {
  // A file that is read once more replaces itself; its own row says what lay there before.
  const own = replaces === file ? await findRow(table, dataset, fileKey(file)) : undefined;
  const before = own ? own['replaces'] : replaces;
  return listContentsBack(table, dataset, { file: before ? String(before) : undefined, sequence });
}

const isReadOutcome = ({ outcome }: FileAccount) => outcome === 'loaded' || outcome === 'quarantined';

/** Whether somebody has to look at a file follows from its account. One that was not read stays as it is. */
function createOwnMarks(table: TableClient, line: ManifestLine, account: FileAccount | undefined) {
  if (account === undefined || !isReadOutcome(account)) return [];
  const wanted: Attention | undefined = toQuarantine(account) === '' ? undefined : 'attention';
  return createAttentionActions(table, line, wanted);
}

function toChange(account: FileAccount | undefined, { passage, reason, release, status }: FileOutcome) {
  if (account?.outcome === 'superseded') {
    return { status: 'superseded', reason: toReason(account.reason ?? replacedReason) };
  }
  if (account?.outcome === 'quarantined') {
    return { status: 'quarantined', reason: toReason(account.reason), ...passage, ...toCounts(account) };
  }
  // A merge leaves out nothing that is named: an old reason is emptied, not kept beside a new status.
  return {
    status,
    reason: toReason(reason ?? account?.reason),
    ...(release ? { release } : {}),
    ...passage,
    ...toCounts(account),
  };
}

/** An empty one where there is none: a merge keeps what it does not name. */
const toReason = (reason: string | null | undefined) => shorten(reason ?? '', maxReasonLength);

/** What of a file is in quarantine. */
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
