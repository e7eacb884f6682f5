import type { RegisteredFile } from '../files/file.ts';
import type { Page } from '../page.ts';

/** Files whose rows leave the table once they are in the archive. What a path holds last stays known. */
export interface Archive {
  /** Those that have files, and the name under which files are kept that belong to none. */
  readonly datasets: readonly string[];
  /** Files of a dataset that were registered before a moment, newest first. So many rows are looked at, at most. */
  listOld(dataset: string, before: Date, max: number, after?: string): Promise<Page<RegisteredFile>>;
  /** Deletes the rows of files that are still as they were. */
  purge(dataset: string, files: readonly RegisteredFile[]): Promise<void>;
}
