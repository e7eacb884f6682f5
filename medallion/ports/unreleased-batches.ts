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
}

export interface UnreleasedBatches {
  /** Oldest first. */
  list(): Promise<UnreleasedBatch[]>;
  save(batch: Omit<UnreleasedBatch, 'versions'>): Promise<void>;
  /** Remembers the versions at which a batch was loaded. Nothing happens if a release has it by now. */
  recordVersions(batch: BatchId, versions: Versions): Promise<void>;
  markReleased(batches: readonly BatchId[]): Promise<void>;
}
