import { createHash } from 'node:crypto';
import { type BigIntStats, statSync } from 'node:fs';

/** A file or directory as it lies on disk. */
export type Entry = {
  isDirectory: boolean;
  length: number;
  /** Without quotes, as listings show it; headers put quotes around it. */
  etag: string;
  modified: Date;
  created: Date;
};

export function readEntry(file: string): Entry | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : toEntry(stats);
}

export function toEntry(stats: BigIntStats): Entry {
  const isDirectory = stats.isDirectory();
  return {
    isDirectory,
    length: isDirectory ? 0 : Number(stats.size),
    etag: createEtag(stats, isDirectory),
    modified: new Date(Number(stats.mtimeMs)),
    created: new Date(Number(stats.birthtimeMs || stats.mtimeMs)),
  };
}

/** From what a rename keeps and every write changes, so that Spark's own writes have ETags too. */
function createEtag({ ino, mtimeNs, size }: BigIntStats, isDirectory: boolean): string {
  // A directory's times change with its content, which does not change the directory for a client.
  const identity = isDirectory ? `${ino}` : `${ino}:${mtimeNs}:${size}`;
  return `0x8D${createHash('sha256').update(identity).digest('hex').slice(0, 13).toUpperCase()}`;
}
