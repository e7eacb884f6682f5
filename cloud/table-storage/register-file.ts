import type { TableClient, TransactionAction } from '@azure/data-tables';
import { type Destination, findDestination, type RegisteredFile, toFileId } from '../../medallion/files/file.ts';
import type { Registration } from '../../medallion/ports/files.ts';
import type { BlobProperties } from '../../medallion/ports/lake.ts';
import { toFileRow } from './file-rows.ts';
import { fileKey, freshKey, latestKey, noDataset, pathKey, pendingKey } from './keys.ts';
import { findRow, isStatus, type Row } from './table.ts';

const maxRaces = 20;

/** So many ids are remembered as registered, which spares a sweep one request per file. */
const maxRemembered = 200_000;

/** Writes a file down exactly once per content, together with its place in the queue. */
export function createRegistrar(getTable: () => Promise<TableClient>, datasets: readonly string[], now: () => Date) {
  const remembered = new Set<string>();
  return async (properties: BlobProperties): Promise<Registration> => {
    const file = toFileId(properties);
    if (remembered.has(file)) return { kind: 'known', file };
    const destination = findDestination(properties, datasets);
    const registration = await register(await getTable(), destination, properties, now);
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.add(file);
    return registration;
  };
}

async function register(
  table: TableClient,
  destination: Destination,
  properties: BlobProperties,
  now: () => Date,
): Promise<Registration> {
  const partition = destination.kind === 'dataset' ? destination.dataset : noDataset;
  const file = toFileId(properties);
  for (let race = 0; race < maxRaces; race++) {
    const newest = await findRow(table, partition, pathKey(properties.path));
    if (newest?.['file'] === file) return { kind: 'known', file };
    const registered = toRegisteredFile(properties, destination, newest?.['file'] as string | undefined, now());
    try {
      await table.submitTransaction(createActions(registered, newest));
      return { kind: 'new', file: registered };
    } catch (error) {
      // Somebody else was first: for this content (then it is known) or for another content of this path (then again).
      if (!isStatus(error, 409) && !isStatus(error, 412)) throw error;
      if (await findRow(table, partition, fileKey(file))) return { kind: 'known', file };
    }
  }
  throw new Error(`File '${properties.path}' could not be registered: ${maxRaces} others changed its path meanwhile.`);
}

function toRegisteredFile(
  properties: BlobProperties,
  destination: Destination,
  replaces: string | undefined,
  now: Date,
): RegisteredFile {
  const { etag, lastModified, length, path } = properties;
  const isIgnored = destination.kind === 'ignored';
  return {
    file: toFileId(properties),
    path,
    etag,
    length,
    lastModified,
    dataset: isIgnored ? noDataset : destination.dataset,
    status: isIgnored ? 'ignored' : 'pending',
    registeredAt: now.toISOString(),
    ...(isIgnored ? { reason: destination.reason } : {}),
    ...(replaces ? { replaces } : {}),
  };
}

function createActions(file: RegisteredFile, newest: Row | undefined): TransactionAction[] {
  const path = { partitionKey: file.dataset, rowKey: pathKey(file.path), path: file.path, file: file.file };
  const actions: TransactionAction[] = [
    ['create', toFileRow(file)],
    ['create', { partitionKey: file.dataset, rowKey: latestKey(file), file: file.file }],
    newest ? ['update', path, 'Replace', { etag: newest['etag'] as string }] : ['create', path],
  ];
  if (file.status === 'pending')
    actions.push(['create', toFileRow(file, pendingKey(file))], ['create', toFileRow(file, freshKey(file))]);
  return actions;
}
