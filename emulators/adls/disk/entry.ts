import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, statSync } from 'node:fs';
import { findArchivedContent } from './archive.ts';

/** A file or directory as it lies on disk. */
export type Entry = {
  isDirectory: boolean;
  length: number;
  /** Without quotes, as listings show it; headers put quotes around it. */
  etag: string;
  modified: Date;
  created: Date;
  /** What is in the archive cannot be read. */
  tier: 'Hot' | 'Archive';
};

export function readEntry(file: string): Entry | undefined {
  const own = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  const archived = own?.isSymbolicLink() ? findArchivedContent(file) : undefined;
  const stats = own?.isSymbolicLink() ? statSync(archived ?? file, { bigint: true, throwIfNoEntry: false }) : own;
  return stats === undefined ? undefined : toEntry(stats, archived === undefined ? 'Hot' : 'Archive');
}

function toEntry(stats: BigIntStats, tier: Entry['tier']): Entry {
  const isDirectory = stats.isDirectory();
  return {
    isDirectory,
    length: isDirectory ? 0 : Number(stats.size),
    etag: createEtag(stats, isDirectory),
    modified: new Date(Number(stats.mtimeMs)),
    created: new Date(Number(stats.birthtimeMs || stats.mtimeMs)),
    tier,
  };
}

/** From what a rename keeps and every write changes, so that Spark's own writes have ETags too. */
function createEtag({ ino, mtimeNs, size }: BigIntStats, isDirectory: boolean): string {
  // A directory's times change with its content, which does not change the directory for a client.
  const identity = isDirectory ? `${ino}` : `${ino}:${mtimeNs}:${size}`;
  return `0x8D${createHash('sha256').update(identity).digest('hex').slice(0, 13).toUpperCase()}`;
}
