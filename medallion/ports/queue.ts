import type { RegisteredFile } from '../files/file.ts';
import type { ManifestLine } from '../files/manifest.ts';

/** Files that wait for a batch. */
export interface Queue {
  /**
   * The files of one batch: so many at most. First those whose rows are to be removed, then those to be loaded, oldest
   * first. Each dataset that has files gets an equal share, and what one does not need goes to the others.
   */
  next(max: number): Promise<RegisteredFile[]>;
  /** Excluded files whose rows no batch removes yet. */
  listRemovals(max: number): Promise<RegisteredFile[]>;
  /** How many files wait, of one dataset or of all, where of each at most a thousand are counted. */
  count(dataset?: string): Promise<number>;
  /** Marks files as taken into a batch. A second call changes nothing. */
  markLoading(lines: readonly ManifestLine[]): Promise<void>;
  /** True if this call set the flag, false if it was set already. */
  requestWakeUp(): Promise<boolean>;
  /** From here on the next file that lands sets the flag again. */
  clearWakeUp(): Promise<void>;
}
