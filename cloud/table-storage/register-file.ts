import type { TableClient, TransactionAction } from '@azure/data-tables';
import { type FileId, type LandedFile, type RegisteredFile, toFileId } from '../../medallion/files/file.ts';
import {
  type Destination,
  findDestination,
  findReasonToIgnore,
  findReasonToQuarantine,
  type IntakeRules,
} from '../../medallion/files/intake.ts';
import type { Files, Registration } from '../../medallion/ports/files.ts';
import type { BlobProperties } from '../../medallion/ports/lake.ts';
import { createAttention } from './attention-rows.ts';
import { findGap } from './contents-before.ts';
import { toFileRow } from './file-rows.ts';
import { fileKey, freshKey, latestKey, noDataset, pathKey, pendingKey } from './keys.ts';
import { isRegisteredLast, type PathRecord, toPathRecord, toPathRow } from './path-rows.ts';
import { findRow, isStatus, type Row } from './table.ts';

const maxRaces = 20;

interface Attempt {
  readonly table: TableClient;
  readonly landing: readonly IntakeRules[];
  readonly destination: Destination;
  readonly path: string;
  readonly look: () => Promise<BlobProperties | undefined>;
  readonly listed: LandedFile | undefined;
  readonly now: () => Date;
}

/** Writes a file down exactly once per content, together with its place in the queue. */
export function createRegistrar(
  getTable: () => Promise<TableClient>,
  landing: readonly IntakeRules[],
  now: () => Date,
): Files['register'] {
  return async (path, look, listed) => {
    const destination = findDestination(path, landing);
    const attempt: Attempt = { table: await getTable(), landing, destination, path, look, listed, now };
    for (let race = 0; race < maxRaces; race++) {
      const registration = await tryToRegister(attempt);
      if (registration) return registration;
    }
    throw new Error(`File '${path}' could not be registered: ${maxRaces} others changed its path meanwhile.`);
  };
}

/**
 * First what the registry says of the path, then what storage says, then one write on the condition that the registry
 * still says the same. So no answer of storage replaces one that was asked for later. Nothing if somebody was faster.
 */
async function tryToRegister(attempt: Attempt): Promise<Registration | undefined> {
  const { destination, listed, look, path, table } = attempt;
  const partition = destination.kind === 'dataset' ? destination.dataset : noDataset;
  const pathRow = await findRow(table, partition, pathKey(path));
  const before = pathRow && toPathRecord(pathRow);
  if (listed && isRegisteredLast(before, toFileId(listed))) return { kind: 'known', file: toFileId(listed) };
  const properties = await look();
  if (!properties) return { kind: 'missing' };
  const file = toFileId(properties);
  if (isRegisteredLast(before, file)) return { kind: 'known', file };
  const [own, queued] = await Promise.all([
    findRow(table, partition, fileKey(file)),
    before && findRow(table, partition, pendingKey(before)),
  ]);
  const registered = toRegisteredFile(attempt, properties, { before, own });
  const gap = own && before && before.file !== file ? await findGap(table, own, before) : undefined;
  try {
    await table.submitTransaction(createActions(registered, { before, own, queued, gap }));
    return { kind: 'new', file: registered };
  } catch (error) {
    if ([404, 409, 412].some((status) => isStatus(error, status))) return undefined;
    throw error;
  }
}

interface Present {
  /** What was registered last at the path. */
  readonly before: PathRecord | undefined;
  /** The row of the same content, which lay there before. */
  readonly own: Row | undefined;
  /** The place in the queue of what was registered last. */
  readonly queued: Row | undefined;
  /** What leaves no gap where the same content lay before. */
  readonly gap: Awaited<ReturnType<typeof findGap>>;
}

function toRegisteredFile(
  attempt: Attempt,
  properties: BlobProperties,
  { before, own }: Pick<Present, 'before' | 'own'>,
): RegisteredFile {
  const { destination, now } = attempt;
  const { etag, lastModified, length, path } = properties;
  return {
    file: toFileId(properties),
    path,
    etag,
    length,
    lastModified,
    dataset: destination.kind === 'dataset' ? destination.dataset : noDataset,
    registeredAt: own ? String(own['registeredAt']) : now().toISOString(),
    sequence: (before?.sequence ?? 0) + 1,
    ...(findExclusion(own) ?? decideStatus(attempt, properties, before?.mayHaveRows ?? false)),
    ...(before ? { replaces: before.file } : {}),
  };
}

/** A content that a person has excluded stays so, also when it is put back. */
const findExclusion = (own: Row | undefined): Pick<RegisteredFile, 'reason' | 'status'> | undefined =>
  own?.['excluded'] ? { status: 'excluded', reason: String(own['excluded']) } : undefined;

function decideStatus(
  { destination, landing }: Attempt,
  properties: BlobProperties,
  mayHaveRows: boolean,
): Pick<RegisteredFile, 'reason' | 'status'> {
  if (destination.kind === 'ignored') return { status: 'ignored', reason: destination.reason };
  const ignored = findReasonToIgnore(properties, mayHaveRows);
  if (ignored !== undefined) return { status: 'ignored', reason: ignored };
  const { dataset } = destination;
  const rules = landing.find((contract) => contract.dataset === dataset) ?? { dataset };
  // Where rows of an earlier content lie, a batch has to take them away: it sets the file aside as well, unread.
  const refused = mayHaveRows ? undefined : findReasonToQuarantine(properties, rules);
  return refused === undefined ? { status: 'pending' } : { status: 'quarantined', reason: refused };
}

function createActions(file: RegisteredFile, { before, gap, own, queued }: Present): TransactionAction[] {
  const pathRow = toPathRow(file, before?.mayHaveRows ?? false);
  const actions: TransactionAction[] = [
    before ? ['update', pathRow, 'Replace', { etag: before.etag }] : ['create', pathRow],
  ];
  if (file.status === 'quarantined') actions.push(createAttention(file.dataset, file.file));
  if (own) actions.push(['update', toFileRow(keepPlace(file, own)), 'Replace', { etag: String(own['etag']) }]);
  else {
    const latest = { partitionKey: file.dataset, rowKey: latestKey(file), file: file.file };
    actions.push(['create', toFileRow(file)], ['create', latest]);
  }
  if (file.status === 'pending')
    actions.push(['create', toFileRow(file, pendingKey(file))], ['create', toFileRow(file, freshKey(file))]);
  if (before && queued) actions.push(...createDequeueActions(file, before));
  return [...actions, ...createChangesBefore(file, { before, gap, queued })];
}

/** A content that is registered again in its own place keeps the one before it. */
function keepPlace(file: RegisteredFile, own: Row): RegisteredFile {
  if (file.replaces !== file.file) return file;
  return { ...file, replaces: own['replaces'] ? String(own['replaces']) : undefined };
}

/** What waits at the path is not there any more. */
const createDequeueActions = ({ dataset }: RegisteredFile, before: PathRecord): TransactionAction[] => [
  ['delete', { partitionKey: dataset, rowKey: pendingKey(before) }],
  ['delete', { partitionKey: dataset, rowKey: freshKey(before) }],
];

const overwritten = {
  status: 'superseded',
  reason: 'A newer content of the same path landed before this one was loaded.',
};

/** What changes with other contents of the path. A transaction names each row once. */
function createChangesBefore(
  { dataset, file }: RegisteredFile,
  { before, gap, queued }: Omit<Present, 'own'>,
): TransactionAction[] {
  const changes = new Map<FileId, Record<string, unknown>>();
  // The same content, put back, is pending again.
  if (before && queued && before.file !== file) changes.set(before.file, overwritten);
  if (gap) changes.set(gap.file, { ...changes.get(gap.file), replaces: gap.replaces });
  return [...changes].map(([id, change]) => [
    'update',
    { partitionKey: dataset, rowKey: fileKey(id), ...change },
    'Merge',
  ]);
}
