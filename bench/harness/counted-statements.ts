import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A file per task of a strict workspace, in which it keeps how many statements of each kind the task has sent. */
export const listCountedTasks = (home: string): string[] => globSync('databricks/guard/*.json', { cwd: home });

/** `metadata` asks where a table is or which version it has; `statement` is any. */
export function countStatements(home: string, tasks: readonly string[], kind: 'metadata' | 'statement'): number {
  const counts = tasks.map(
    (file) => JSON.parse(readFileSync(path.join(home, file), 'utf8')) as Readonly<Record<string, number>>,
  );
  return counts.reduce((total, count) => total + (count[kind] ?? 0), 0);
}
