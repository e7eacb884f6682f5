import type { BatchId } from '../files/manifest.ts';
import type { PipelineState } from '../runs/pipeline-state.ts';

/** Whether the pipeline takes up work, and which runs are to end. */
export interface PipelineControl {
  /** `undefined` until somebody first pauses. */
  getState(): Promise<PipelineState | undefined>;
  setState(state: PipelineState): Promise<void>;
  /**
   * Changes the state as it is now. Whoever changes it at the same time is seen, and `change` is asked again. Nothing
   * happens if `change` answers nothing.
   */
  updateState(
    change: (state: PipelineState | undefined) => PipelineState | undefined,
  ): Promise<PipelineState | undefined>;
  /** The batch that is being formed. A pipeline that is started anew finds there what the one before has left. */
  findForming(): Promise<BatchId | undefined>;
  startForming(batch: BatchId): Promise<void>;
  endForming(): Promise<void>;
  /** Stores that a run is to end. The next submit or poll carries it out. */
  requestCancellation(batch: BatchId, reason: string): Promise<void>;
  findCancellation(batch: BatchId): Promise<string | undefined>;
}
