import type { TableClient, TransactionAction } from '@azure/data-tables';
import type {
  IdempotencyClaim,
  IdempotencyKeys,
  IdempotentRequest,
  StoredResponse,
} from '../../medallion/ports/idempotency-keys.ts';
import { quote } from './keys.ts';
import { findRow, isStatus, type Row, readPage, submitInTransactions } from './table.ts';

const partition = '_idempotency';
/** A column holds 32,768 characters at most. */
const pieceLength = 30_000;
const deletedAtOnce = 1000;

export const createIdempotencyKeys = (getTable: () => Promise<TableClient>): IdempotencyKeys => ({
  claim: async (request, maxSeconds) => claim(await getTable(), request, maxSeconds),
  storeResponse: async ({ at, content, id }, response) => {
    const row = { partitionKey: partition, rowKey: id, content, at, status: response.status };
    await (await getTable()).upsertEntity({ ...row, ...toPieces(response.text) }, 'Replace');
  },
  release: async ({ id }) => {
    await (await getTable()).deleteEntity(partition, id);
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
  try {
    await table.createEntity({ partitionKey: partition, rowKey: id, content, at });
    return { kind: 'new' };
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
  }
  const row = await findRow(table, partition, id);
  if (!row) return { kind: 'in_progress' };
  if (row['content'] !== content) return { kind: 'different_request' };
  if (row['status'] !== undefined) return { kind: 'answered', response: toResponse(row) };
  if (Date.parse(at) - Date.parse(String(row['at'])) < maxSeconds * 1000) return { kind: 'in_progress' };
  return takeOver(table, request, String(row['etag']));
}

async function takeOver(table: TableClient, request: IdempotentRequest, etag: string): Promise<IdempotencyClaim> {
  const { at, content, id } = request;
  try {
    await table.updateEntity({ partitionKey: partition, rowKey: id, content, at }, 'Replace', { etag });
    return { kind: 'new' };
  } catch (error) {
    if (isStatus(error, 412) || isStatus(error, 404)) return { kind: 'in_progress' };
    throw error;
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
