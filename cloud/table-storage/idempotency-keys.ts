import { randomUUID } from 'node:crypto';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import type {
  IdempotencyClaim,
  IdempotencyKeys,
  IdempotentRequest,
  StoredResponse,
} from '../../medallion/ports/idempotency-keys.ts';
import { quote } from './keys.ts';
import { findRow, findWritten, isStatus, type Row, readPage, submitInTransactions } from './table.ts';

const partition = '_idempotency';
/** A column holds 32,768 characters at most. */
const pieceLength = 30_000;
const deletedAtOnce = 1000;

export const createIdempotencyKeys = (getTable: () => Promise<TableClient>): IdempotencyKeys => ({
  claim: async (request, maxSeconds) => claim(await getTable(), request, maxSeconds),
  renew: async (request, now) => {
    await changeOwn(await getTable(), request, { renewedAt: now.toISOString() });
  },
  storeResponse: async (request, { status, text }) => {
    await changeOwn(await getTable(), request, { status, ...toPieces(text) });
  },
  release: async (request) => {
    await changeOwn(await getTable(), request, { isFree: true });
  },
  deleteBefore: async (time) => {
    const table = await getTable();
    const conditions = [`at lt ${quote(time.toISOString())}`];
    const toItem = (row: Row) => String(row['rowKey']);
    const { rows } = await readPage(table, { partition, conditions, toItem, max: deletedAtOnce });
    const deletions = rows.map((rowKey): TransactionAction[] => [['delete', { partitionKey: partition, rowKey }]]);
    await submitInTransactions(table, deletions);
  },
});

async function claim(table: TableClient, request: IdempotentRequest, maxSeconds: number): Promise<IdempotencyClaim> {
  const { at, content, id } = request;
  // Two claims of the same moment are two.
  const own = { partitionKey: partition, rowKey: id, content, at, firstAt: at, claim: randomUUID() };
  try {
    await table.createEntity(own);
    return { kind: 'new', firstAt: at };
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    if (await findWritten(table, own)) return { kind: 'new', firstAt: at };
  }
  const row = await findRow(table, partition, id);
  if (!row) return { kind: 'in_progress' };
  if (row['content'] !== content) return { kind: 'different_request' };
  if (row['status'] !== undefined) return { kind: 'answered', response: toResponse(row) };
  const isRecent = Date.parse(at) - Date.parse(String(row['renewedAt'] ?? row['at'])) < maxSeconds * 1000;
  if (isRecent && row['isFree'] !== true) return { kind: 'in_progress' };
  const firstAt = String(row['firstAt'] ?? row['at']);
  return (await tryReplace(table, row, { at, content, firstAt, claim: own.claim }))
    ? { kind: 'new', firstAt }
    : { kind: 'in_progress' };
}

/** Who has taken a request over meanwhile answers it, and keeps it. */
async function changeOwn(table: TableClient, { at, content, id }: IdempotentRequest, change: Record<string, unknown>) {
  const row = await findRow(table, partition, id);
  if (row?.['at'] === at) await tryReplace(table, row, { at, content, firstAt: row['firstAt'], ...change });
}

/** False if somebody else was faster. */
async function tryReplace(table: TableClient, row: Row, columns: Record<string, unknown>): Promise<boolean> {
  const replaced = { partitionKey: partition, rowKey: String(row['rowKey']), ...columns };
  try {
    await table.updateEntity(replaced, 'Replace', { etag: String(row['etag']) });
    return true;
  } catch (error) {
    if (!isStatus(error, 412) && !isStatus(error, 404)) throw error;
    return (await findWritten(table, replaced)) !== undefined;
  }
}

/** The emulator breaks letters of several bytes where a large request is cut, so only ASCII travels. */
function toPieces(text: string): Record<string, string> {
  const ascii = Buffer.from(text).toString('base64');
  const pieces: Record<string, string> = {};
  for (let start = 0; start < ascii.length; start += pieceLength) {
    pieces[`text${start / pieceLength}`] = ascii.slice(start, start + pieceLength);
  }
  return pieces;
}

function toResponse(row: Row): StoredResponse {
  let text = '';
  for (let piece = 0; row[`text${piece}`] !== undefined; piece++) text += String(row[`text${piece}`]);
  return { status: Number(row['status']), text: Buffer.from(text, 'base64').toString('utf8') };
}
