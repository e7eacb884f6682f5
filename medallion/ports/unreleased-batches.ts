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
  save(batch: UnreleasedBatch): Promise<void>;
  markReleased(batches: readonly BatchId[]): Promise<void>;
}
