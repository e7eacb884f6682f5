import { RestError, type TransactionAction } from '@azure/data-tables';
import { parseFilter, parseKeyRange } from './filter.ts';
import { checkColumns, checkKey, checkTransactionSize, TableError } from './limits.ts';
import { SortedKeys } from './sorted-keys.ts';

export type Row = Record<string, unknown> & { partitionKey: string; rowKey: string };
export type StoredRow = Row & { etag: string; timestamp: string };

export interface ScannedRows {
  readonly page: StoredRow[];
  /** The row after them that meets the conditions too. */
  readonly next?: StoredRow;
}

const fail = (statusCode: number, code: string, message: string) => new RestError(message, { statusCode, code });

/** The limits of the service, as its client tells of them. */
export function translate<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof TableError) throw fail(error.status, error.code, error.message);
    throw error;
  }
}

export const toPlace = ({ partitionKey, rowKey }: Pick<Row, 'partitionKey' | 'rowKey'>) => `${partitionKey}\n${rowKey}`;

/** Rows in memory, by key, with the limits and conditions of the service. */
export class StrictRows {
  readonly #rows = new Map<string, StoredRow>();
  #version = 0;
  #lookedAt = 0;
  readonly #order = new SortedKeys();

  get lookedAt(): number {
    return this.#lookedAt;
  }

  get(key: Pick<Row, 'partitionKey' | 'rowKey'>): StoredRow | undefined {
    return this.#rows.get(toPlace(key));
  }

  require(key: Pick<Row, 'partitionKey' | 'rowKey'>, etag = '*'): StoredRow {
    const stored = this.get(key);
    if (!stored) throw fail(404, 'ResourceNotFound', `There is no row '${key.rowKey}'.`);
    if (etag !== '*' && etag !== stored.etag) throw fail(412, 'UpdateConditionNotSatisfied', 'The ETag has changed.');
    return stored;
  }

  apply(action: TransactionAction): void {
    const [kind, row, mode, options] = action as [string, Row, string | undefined, { etag?: string } | undefined];
    const before = this.get(row);
    if (kind === 'create' && before) throw fail(409, 'EntityAlreadyExists', `There is a row '${row.rowKey}' already.`);
    if (kind === 'update' || kind === 'delete') this.require(row, options?.etag);
    if (kind === 'delete') this.#put(toPlace(row), undefined);
    else this.#store(row, mode === 'Replace' ? undefined : before);
  }

  /** All of them, or none. */
  transact(actions: readonly TransactionAction[]): void {
    checkTransaction(actions);
    const before = new Map(actions.map(([, row]) => [toPlace(row as Row), this.get(row as Row)]));
    try {
      for (const action of actions) this.apply(action);
    } catch (error) {
      for (const [place, row] of before) this.#put(place, row);
      throw error;
    }
  }

  /** The first rows of a query, from a place on. */
  scan(filter: string, start: string | undefined, size: number): ScannedRows {
    const matches = translate(() => parseFilter(filter));
    const { first, isInside } = parseKeyRange(filter);
    const page: StoredRow[] = [];
    for (const place of this.#order.from(start ?? toPlace(first))) {
      const row = this.#rows.get(place);
      // The first row may be the one that a range begins after.
      if (!row || (place === toPlace(first) && !isInside(row))) continue;
      if (!isInside(row)) break;
      if (page.length >= size && matches(row)) return { page, next: row };
      if (page.length >= size) continue;
      this.#lookedAt++;
      if (matches(row)) page.push(row);
    }
    return { page };
  }

  #store(row: Row, before: StoredRow | undefined): void {
    const columns = Object.fromEntries(
      Object.entries(row).filter(([, value]) => value !== undefined && value !== null),
    );
    const stamp = { etag: `W/"${++this.#version}"`, timestamp: new Date(this.#version).toISOString() };
    const stored = { ...before, ...columns, ...stamp } as StoredRow;
    checkRow(stored);
    this.#put(toPlace(row), stored);
  }

  #put(place: string, row: StoredRow | undefined): void {
    if (row) {
      if (!this.#rows.has(place)) this.#order.add(place);
      this.#rows.set(place, row);
    } else if (this.#rows.delete(place)) this.#order.delete(place);
  }
}

function checkRow({ etag: _, partitionKey, rowKey, timestamp: __, ...columns }: StoredRow): void {
  translate(() => {
    for (const key of [partitionKey, rowKey]) checkKey(key);
    checkColumns(columns);
  });
}

function checkTransaction(actions: readonly TransactionAction[]): void {
  translate(() => checkTransactionSize(actions.length, Buffer.byteLength(JSON.stringify(actions))));
  const partitions = new Set(actions.map(([, row]) => row.partitionKey));
  if (partitions.size > 1) throw fail(400, 'CommandsInBatchActOnDifferentPartitions', 'One partition at a time.');
  const keys = new Set(actions.map(([, row]) => row.rowKey));
  if (keys.size < actions.length) throw fail(400, 'InvalidDuplicateRow', 'A row may stand in a transaction once.');
}
