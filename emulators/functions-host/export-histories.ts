import { DatabaseSync } from 'node:sqlite';
import type { HistoryEvent } from './durable/events.ts';
import type { Status } from './durable/instance.ts';
import { schemaVersion } from './schema.ts';

/** An orchestration as it happened: enough to run its code again without a host. */
export interface RecordedHistory {
  readonly name: string;
  readonly instanceId: string;
  readonly input: unknown;
  /** What it returned, why it failed, or the input of the next generation. */
  readonly output: unknown;
  readonly status: Status | 'ContinuedAsNew';
  /** The events that the worker gets, oldest first. */
  readonly history: readonly HistoryEvent[];
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  readonly input: string;
  readonly output: string | null;
}

/**
 * Reads every orchestration out of the store of a host, which may be running. Of one that continues as new there are two:
 * the generation that is alive, and the one before it.
 */
export function exportHistories(storeFile: string): RecordedHistory[] {
  const database = new DatabaseSync(storeFile, { readOnly: true });
  try {
    // All of it at one moment: a host that runs may end an instance and begin it again in between.
    database.exec('BEGIN');
    checkSchema(database, storeFile);
    return [...readInstances(database), ...readGenerations(database)];
  } finally {
    database.close();
  }
}

function checkSchema(database: DatabaseSync, storeFile: string): void {
  const version = database.prepare("SELECT value FROM about WHERE name = 'schema'").get()?.['value'];
  if (version === String(schemaVersion)) return;
  throw new Error(`Store '${storeFile}' has schema ${version}, this host reads ${schemaVersion}. Record it anew.`);
}

function readInstances(database: DatabaseSync): RecordedHistory[] {
  const events = database.prepare('SELECT event FROM history WHERE id = ? ORDER BY seq');
  const rows = database.prepare('SELECT id, name, status, input, output FROM instances ORDER BY created, id').all();
  return (rows as unknown as Row[]).map((row) => ({
    ...toRecord(row),
    status: row.status,
    history: events.all(row.id).map(({ event }) => JSON.parse(String(event)) as HistoryEvent),
  }));
}

function readGenerations(database: DatabaseSync): RecordedHistory[] {
  const rows = database
    .prepare(
      `SELECT g.id, i.name, i.status, g.input, g.output, g.history FROM generations g JOIN instances i ON i.id = g.id
       ORDER BY i.created, g.id`,
    )
    .all();
  return (rows as unknown as (Row & { readonly history: string })[]).map((row) => ({
    ...toRecord(row),
    status: 'ContinuedAsNew',
    history: JSON.parse(row.history) as HistoryEvent[],
  }));
}

function toRecord({ id, input, name, output }: Row): Omit<RecordedHistory, 'status' | 'history'> {
  return { name, instanceId: id, input: JSON.parse(input), output: output === null ? null : JSON.parse(output) };
}
