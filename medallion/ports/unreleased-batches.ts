import type { BatchId } from '../files/manifest.ts';
import type { Versions } from '../layer.ts';

/** A batch that is in no release yet. `versions` are those of bronze once it is loaded. */
export interface UnreleasedBatch {
  readonly batch: BatchId;
  readonly files: number;
  readonly datasets: readonly string[];
  readonly versions?: Versions | undefined;
  /** How many of the files are excluded ones, whose rows the batch removes. */
  readonly removals?: number | undefined;
  /** Whether people were told which of its files were set aside. */
  readonly isTold?: boolean | undefined;
}

export interface UnreleasedBatches {
  /** Oldest first. */
  list(): Promise<UnreleasedBatch[]>;
  save(batch: Omit<UnreleasedBatch, 'isTold' | 'versions'>): Promise<void>;
  /** Remembers the versions at which a batch was loaded. Nothing happens if a release has it by now. */
  recordVersions(batch: BatchId, versions: Versions): Promise<void>;
  /** Remembers that people were told of the files of batches. Nothing happens to those that a release has by now. */
  markTold(batches: readonly BatchId[]): Promise<void>;
  markReleased(batches: readonly BatchId[]): Promise<void>;
}
