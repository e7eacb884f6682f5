import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { Claim, KeptAnswer, KeyedRequest } from '../../medallion/ports/desk.ts';
import { literal } from './entities.ts';
import { find, inTransactions, isStatus, page } from './table.ts';

const partition = '_requests';
/** A column holds 32,768 characters at most. */
const pieceLength = 30_000;

export async function claim(table: TableClient, request: KeyedRequest, longestSeconds: number): Promise<Claim> {
  const { at, content, id } = request;
  try {
    await table.createEntity({ partitionKey: partition, rowKey: id, content, at });
    return { kind: 'mine' };
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
  }
  const known = await find(table, partition, id);
  if (!known) return { kind: 'in progress' };
  if (known['content'] !== content) return { kind: 'other' };
  if (known['status'] !== undefined) return { kind: 'answered', answer: answerIn(known) };
  if (Date.parse(at) - Date.parse(String(known['at'])) < longestSeconds * 1000) return { kind: 'in progress' };
  return takeOver(table, request, String(known['etag']));
}

async function takeOver(table: TableClient, { at, content, id }: KeyedRequest, etag: string): Promise<Claim> {
  try {
    await table.updateEntity({ partitionKey: partition, rowKey: id, content, at }, 'Replace', { etag });
    return { kind: 'mine' };
  } catch (error) {
    if (isStatus(error, 412) || isStatus(error, 404)) return { kind: 'in progress' };
    throw error;
  }
}

export async function answered(
  table: TableClient,
  { at, content, id }: KeyedRequest,
  answer: KeptAnswer,
): Promise<void> {
  // The emulator breaks letters of several bytes where a large request is cut, so only ASCII travels.
  const text = Buffer.from(answer.text).toString('base64');
  const pieces: Record<string, string> = {};
  for (let start = 0; start < text.length; start += pieceLength) {
    pieces[`text${start / pieceLength}`] = text.slice(start, start + pieceLength);
  }
  const kept = { partitionKey: partition, rowKey: id, content, at, status: answer.status, ...pieces };
  await table.upsertEntity(kept, 'Replace');
}

export async function unclaim(table: TableClient, { id }: KeyedRequest): Promise<void> {
  await table.deleteEntity(partition, id);
}

const forgottenAtOnce = 1000;

/** One page at a time: what is left is taken out at the next sweep. */
export async function forget(table: TableClient, before: Date): Promise<void> {
  const old = `PartitionKey eq '${partition}' and at lt ${literal(before.toISOString())}`;
  const { rows } = await page(table, old, (entity) => String(entity['rowKey']), { most: forgottenAtOnce });
  const actions = rows.map((rowKey): TransactionAction => ['delete', { partitionKey: partition, rowKey }]);
  await inTransactions(table, actions);
}

function answerIn(entity: Record<string, unknown>): KeptAnswer {
  let text = '';
  for (let piece = 0; entity[`text${piece}`] !== undefined; piece++) text += String(entity[`text${piece}`]);
  return { status: Number(entity['status']), text: Buffer.from(text, 'base64').toString('utf8') };
}
