import type { TableClient, TransactionAction } from '@azure/data-tables';
import { fileIdOf, type Place, placeOf, type RegisteredFile } from '../../medallion/files/file.ts';
import type { Facts, Registration } from '../../medallion/ports/world.ts';
import { fileEntity, fileKey, latestEntity, noDataset, pathKey, pendingEntity } from './entities.ts';
import { find, isStatus } from './table.ts';

const races = 20;

/** So many ids are remembered as registered, which spares a sweep one question per file. */
const remembered = 200_000;

/** Writes a file down exactly once per content, together with its place in the queue. */
export function registrar(table: () => Promise<TableClient>, datasets: readonly string[], now: () => Date) {
  const known = new Set<string>();
  return async (facts: Facts): Promise<Registration> => {
    const file = fileIdOf(facts);
    if (known.has(file)) return { kind: 'known', file };
    const registration = await register(await table(), placeOf(facts, datasets), facts, now);
    if (known.size >= remembered) known.clear();
    known.add(file);
    return registration;
  };
}

async function register(table: TableClient, place: Place, facts: Facts, now: () => Date): Promise<Registration> {
  const partition = place.kind === 'dataset' ? place.dataset : noDataset;
  const file = fileIdOf(facts);
  for (let race = 0; race < races; race++) {
    const newest = await find(table, partition, pathKey(facts.path));
    if (newest?.['file'] === file) return { kind: 'known', file };
    const row = rowOf(facts, place, newest?.['file'] as string | undefined, now());
    try {
      await table.submitTransaction(actionsFor(row, newest));
      return { kind: 'new', file: row };
    } catch (error) {
      // Somebody else was first: for this content (then it is known) or for another content of this path (then again).
      if (!isStatus(error, 409) && !isStatus(error, 412)) throw error;
      if (await find(table, partition, fileKey(file))) return { kind: 'known', file };
    }
  }
  throw new Error(`File '${facts.path}' could not be registered: ${races} others changed its path meanwhile.`);
}

function rowOf(facts: Facts, place: Place, replaces: string | undefined, now: Date): RegisteredFile {
  const { path, etag, length, lastModified } = facts;
  const known = place.kind === 'dataset';
  return {
    file: fileIdOf(facts),
    path,
    etag,
    length,
    lastModified,
    dataset: known ? place.dataset : noDataset,
    fate: known ? 'pending' : 'ignored',
    registeredAt: now.toISOString(),
    ...(known ? {} : { because: place.because }),
    ...(replaces ? { replaces } : {}),
  };
}

function actionsFor(row: RegisteredFile, newest: Record<string, unknown> | undefined): TransactionAction[] {
  const path = { partitionKey: row.dataset, rowKey: pathKey(row.path), path: row.path, file: row.file };
  const actions: TransactionAction[] = [
    ['create', fileEntity(row)],
    ['create', latestEntity(row)],
  ];
  if (newest) actions.push(['update', path, 'Replace', { etag: newest['etag'] as string }]);
  else actions.push(['create', path]);
  if (row.fate === 'pending') actions.push(['create', pendingEntity(row)]);
  return actions;
}
