import type { BatchId } from '../files/manifest.ts';
import type { Layer } from '../layer.ts';
import type { Page } from '../page.ts';
import type { RunRecord } from '../runs/run.ts';

/** Every run. What is asked for again and again has a row of its own and needs no search. */
export interface Runs {
  save(run: RunRecord): Promise<void>;
  /**
   * Changes a run that is there, and tries again when somebody else changed it meanwhile. `change` answers `undefined` to
   * leave the run as it is. Answers what was saved.
   */
  update(batch: BatchId, change: (run: RunRecord) => RunRecord | undefined): Promise<RunRecord | undefined>;
  get(batch: BatchId): Promise<RunRecord | undefined>;
  /** Newest first. */
  list(max: number, after?: string): Promise<Page<RunRecord>>;
  /** Runs that published, newest first. */
  listPublished(max: number, after?: string): Promise<Page<RunRecord>>;
  listRunning(): Promise<RunRecord[]>;
  lastEnded(): Promise<RunRecord | undefined>;
  lastPublished(): Promise<RunRecord | undefined>;
  /** The run that gave the last verdict on a layer, however it ended. */
  lastVerdict(layer: Layer): Promise<RunRecord | undefined>;
}
