import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '../user-error.ts';

/**
 * One local stack per home. The operating system drops the lock with the process that holds it, however it ends; a file
 * with a process id would outlive a kill and lie.
 */
export function lockHome(home: string): () => void {
  const lock = new DatabaseSync(path.join(home, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new UserError(`A local stack is running in '${home}' already. Stop it, or name another home with --home.`, {
      cause,
    });
  }
  return () => lock.close();
}

/** Whether a local stack runs, starts or stops in a home. */
export function isLocked(home: string): boolean {
  if (!existsSync(path.join(home, 'lock.sqlite'))) return false;
  try {
    lockHome(home)();
    return false;
  } catch {
    return true;
  }
}
