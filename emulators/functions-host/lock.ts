import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const busy = 5;

/**
 * Keeps a second host off the same store; answers how to let go. The lock is one of the operating system, which it
 * takes back from a process that ends; a file with a process id would outlive its owner and name another process.
 */
export function lockStore(storeFile: string): () => void {
  mkdirSync(dirname(storeFile), { recursive: true });
  const lock = new DatabaseSync(`${storeFile}.lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: number }).errcode !== busy) throw cause;
    throw new Error(`Store '${storeFile}' is in use by another host; stop that one first.`, { cause });
  }
  return () => lock.close();
}
