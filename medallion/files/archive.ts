import { createHash } from 'node:crypto';
import { type FileStatus, RegisteredFile } from './file.ts';
import { BatchId, getBatchTime } from './manifest.ts';

/** Whoever is in one of these waits for something. A failed run is no end of a file. */
const openStatuses: readonly FileStatus[] = ['pending', 'loading', 'blocked', 'failed'];

/** Whether a file has ended, and nothing has happened to it since a moment. */
export function isSettledSince(file: RegisteredFile, moment: Date): boolean {
  if (openStatuses.includes(file.status)) return false;
  const batch = BatchId.safeParse(file.batch);
  const times = [Date.parse(file.registeredAt), Date.parse(file.publishedAt ?? file.registeredAt)];
  if (batch.success) times.push(getBatchTime(batch.data).getTime());
  return Math.max(...times) < moment.getTime();
}

export const getArchiveDay = ({ registeredAt }: Pick<RegisteredFile, 'registeredAt'>): string =>
  registeredAt.slice(0, 10);

/** A part of a day. Named after what it says, so that writing it once more changes nothing. */
export function archivePath(dataset: string, day: string, text: string): string {
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return `archive/${dataset}/${day}-${mark}.jsonl.gz`;
}

export const formatArchive = (files: readonly RegisteredFile[]): string =>
  files.map((file) => `${JSON.stringify(file)}\n`).join('');

export const parseArchive = (text: string): RegisteredFile[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => RegisteredFile.parse(JSON.parse(line)));
