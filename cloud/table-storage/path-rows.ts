import type { FileId, RegisteredFile } from '../../medallion/files/file.ts';
import { pathKey, type QueuePlace } from './keys.ts';
import type { Row } from './table.ts';

/** What the registry says of a path: the newest content, and its place among all contents of the path. */
export interface PathRecord extends QueuePlace {
  readonly etag: string;
  /** An earlier content was taken, so tables may hold rows of the path. */
  readonly mayHaveRows: boolean;
  /** A job did not find this content any more, when it had this sequence. */
  readonly lostSequence: number | undefined;
}

export const toPathRecord = (row: Row): PathRecord => ({
  file: String(row['file']),
  sequence: Number(row['sequence']),
  lastModified: String(row['lastModified']),
  mayHaveRows: row['mayHaveRows'] === true,
  lostSequence: row['lostSequence'] === undefined ? undefined : Number(row['lostSequence']),
  etag: String(row['etag']),
});

export const toPathRow = (file: RegisteredFile, mayHaveRows: boolean) => ({
  partitionKey: file.dataset,
  rowKey: pathKey(file.path),
  path: file.path,
  file: file.file,
  sequence: file.sequence,
  lastModified: file.lastModified,
  mayHaveRows: mayHaveRows || file.status === 'pending',
});

/** Whether this is the content that was registered last. One that a job has lost since counts as another one. */
export const isRegisteredLast = (path: PathRecord | undefined, file: FileId): boolean =>
  path?.file === file && path.lostSequence !== path.sequence;
