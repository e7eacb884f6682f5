import type { RegisteredFile } from '../files/file.ts';
import type { ManifestLine } from '../files/manifest.ts';

/** Files that wait for a batch. */
export interface Queue {
  /**
   * At least the `max` oldest and the `max` newest files that wait, oldest first: who chooses among them needs no look
   * at the rest.
   */
  next(max: number): Promise<RegisteredFile[]>;
  count(): Promise<number>;
  /** Marks files as taken into a batch. A second call changes nothing. */
  markLoading(lines: readonly ManifestLine[]): Promise<void>;
  /** True if this call set the flag, false if it was set already. */
  requestWakeUp(): Promise<boolean>;
  /** From here on the next file that lands sets the flag again. */
  clearWakeUp(): Promise<void>;
}
