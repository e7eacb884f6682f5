import { createHash } from 'node:crypto';
import type { RegisteredFile } from '../../medallion/files/file.ts';

/** Files that belong to no dataset. A dataset's name cannot begin with an underscore. */
export const noDataset = '_ignored';

/** Sorts what is newer first: keys are read in order, so time counts down in them. */
export const countdown = (time: Date): string => String(9e15 - time.getTime()).padStart(16, '0');

/**
 * One partition per dataset, so that a file, what lies on its path, and its place in the queue change in one transaction:
 *   file:<id>                  what is known of one content
 *   path:<hash>                which content of a path is the newest
 *   latest:<countdown>:<id>    every file once more, newest first: the id alone, to be looked up
 *   attention:<id>             a file that somebody has to look at
 *   dismissed:<id>             a file that nobody has to look at any more
 *   pending:<time>:<id>:<n>    what waits for a batch, by the time that storage says, oldest first
 *   fresh:<countdown>:<id>:<n> what waits for a batch once more, newest first
 *   removal:<id>               an excluded file whose rows wait for a batch that removes them
 * `n` is the sequence: whoever takes a content out of the queue leaves it there if it was put back meanwhile.
 */
export const fileKey = (id: string) => `file:${id}`;
export const pathKey = (path: string) => `path:${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;

export type QueuePlace = Pick<RegisteredFile, 'file' | 'lastModified' | 'sequence'>;
export const pendingKey = ({ file, lastModified, sequence }: QueuePlace) =>
  `pending:${lastModified}:${file}:${sequence}`;
export const freshKey = ({ file, lastModified, sequence }: QueuePlace) =>
  `fresh:${countdown(new Date(lastModified))}:${file}:${sequence}`;

export const removalKey = (id: string) => `removal:${id}`;

type Arrival = Pick<RegisteredFile, 'registeredAt' | 'file'>;
export const latestKey = ({ file, registeredAt }: Arrival) => `latest:${countdown(new Date(registeredAt))}:${file}`;

/** All keys with a prefix: ';' is the character after ':'. */
export const hasPrefix = (prefix: string) => `RowKey ge '${prefix}:' and RowKey lt '${prefix};'`;

/** Quotes are doubled in a filter, so that no value can end it. */
export const quote = (value: string) => `'${value.replaceAll("'", "''")}'`;
