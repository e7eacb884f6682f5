import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Behind a file that is no folder, so nobody can open it, whatever rights he has. */
const unreachable = 'archived';

/**
 * Puts a content out of everybody's reach, also out of Spark's, which reads the disk itself. A link takes its place that leads
 * nowhere; the file keeps its number and its time, and so its ETag. What is deleted or written over later stays in the folder.
 */
export function archive(file: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const content = join(folder, randomUUID());
  linkSync(file, content);
  const link = `${content}.link`;
  symlinkSync(join(content, unreachable), link);
  renameSync(link, file);
}

export function bringBack(file: string): void {
  const content = findArchivedContent(file);
  if (content !== undefined) renameSync(content, file);
}

/** Where the content of an archived file lies; nothing if a link is of another kind. */
export function findArchivedContent(link: string): string | undefined {
  const target = readlinkSync(link);
  return basename(target) === unreachable ? dirname(target) : undefined;
}
