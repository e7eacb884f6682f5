import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

interface Folder {
  readonly folder: string;
}

/** The messages in the poison table of a host that has stopped. */
export function readPoison(host: Folder): unknown[] {
  return selectRows(host, 'SELECT message AS text FROM poison ORDER BY n').map((text) => JSON.parse(text));
}

export function countQueued(host: Folder): number {
  return selectRows(host, 'SELECT event AS text FROM notifications').length;
}

export function listLeftovers(host: Folder): string[] {
  return selectRows(host, 'SELECT event AS text FROM inbox UNION ALL SELECT name AS text FROM work');
}

export function checkIntegrity(host: Folder): string[] {
  return selectRows(host, 'SELECT integrity_check AS text FROM pragma_integrity_check');
}

function selectRows({ folder }: Folder, sql: string): string[] {
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
