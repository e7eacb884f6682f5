import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

interface Folder {
  readonly folder: string;
}

/** The messages in the poison table of a host that has stopped. */
export function poisonIn(host: Folder): unknown[] {
  return rowsIn(host, 'SELECT message AS text FROM poison ORDER BY n').map((text) => JSON.parse(text));
}

export function queuedIn(host: Folder): number {
  return rowsIn(host, 'SELECT event AS text FROM notifications').length;
}

export function leftoversIn(host: Folder): string[] {
  return rowsIn(host, 'SELECT event AS text FROM inbox UNION ALL SELECT name AS text FROM work');
}

export function integrityOf(host: Folder): string[] {
  return rowsIn(host, 'SELECT integrity_check AS text FROM pragma_integrity_check');
}

function rowsIn({ folder }: Folder, sql: string): string[] {
  const database = new DatabaseSync(join(folder, 'host.sqlite'));
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => String(row['text']));
  } finally {
    database.close();
  }
}
