import type { Act } from '../audit/audit-entry.ts';
import type { Definitions } from '../contracts/definition.ts';
import type { RegisteredFile } from '../files/file.ts';
import type { BatchId, ManifestLine } from '../files/manifest.ts';
import type { Layer } from '../layer.ts';
import type { Page } from '../page.ts';
import type { Execution, PlanId } from '../reprocessing/plan.ts';
import type { Standing } from '../runs/pipeline-state.ts';

/** A mark that no page ended with. */
export class UnknownMarkError extends Error {
  override readonly name = 'UnknownMarkError';

  constructor() {
    super("'after' is not a mark that an earlier page gave. Begin without it.");
  }
}

/** One request under an idempotency key. `content` tells whether the key is used for the same request again. */
export interface KeyedRequest {
  readonly id: string;
  readonly content: string;
  readonly at: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly text: string;
}

/** An older release that readers see again, and under which name. */
export interface Republication {
  readonly release: string;
  readonly as: string;
  readonly at: string;
}

export type Claim =
  | { readonly kind: 'mine' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  | { readonly kind: 'in progress' | 'other' };

/** What people have decided, kept beside the files and runs that it is about. */
export interface Desk {
  record(act: Act): Promise<void>;
  /** Newest first. */
  acts(filter: { readonly target?: string | undefined }, most: number, after?: string): Promise<Page<Act>>;
  /** `undefined` until somebody first pauses. */
  standing(): Promise<Standing | undefined>;
  stand(standing: Standing): Promise<void>;

  /** The release that was last published again, and when. */
  republished(): Promise<Republication | undefined>;
  republish(again: Republication): Promise<void>;

  /** Remembers that a run is to be ended; the run itself sees to it. */
  cancel(batch: BatchId, because: string): Promise<void>;
  cancellation(batch: BatchId): Promise<string | undefined>;

  /** Queues the plan, once: whoever comes later is told of the execution that there is. */
  execute(execution: Execution): Promise<Execution>;
  execution(plan: PlanId): Promise<Execution | undefined>;
  /** The plan that waits longest. */
  queued(): Promise<PlanId | undefined>;
  /** The plan that runs as this batch. */
  planOf(batch: BatchId): Promise<PlanId | undefined>;
  proceed(execution: Execution): Promise<void>;

  /** Under which name a layer's streams keep their place; `undefined` until it is first rebuilt. */
  generation(layer: Layer): Promise<string | undefined>;
  begin(layer: Layer, generation: string): Promise<void>;
  /** By which definition each table was computed as a whole. */
  definitions(): Promise<Definitions>;
  define(definitions: Definitions): Promise<void>;

  /** Newest first. */
  latest(datasets: readonly string[], most: number, after?: string): Promise<Page<RegisteredFile>>;
  /** Marks files as taken into another batch, out of whatever they ended as. */
  reload(lines: readonly ManifestLine[]): Promise<void>;
  /** Files with quarantined lines. */
  quarantined(
    filter: { readonly dataset?: string; readonly discarded: boolean },
    most: number,
    after?: string,
  ): Promise<Page<RegisteredFile>>;
  discard(file: RegisteredFile, because: string): Promise<void>;

  claim(request: KeyedRequest, longestSeconds: number): Promise<Claim>;
  answered(request: KeyedRequest, answer: KeptAnswer): Promise<void>;
  unclaim(request: KeyedRequest): Promise<void>;
  /** Takes out the requests from before, some at a time. */
  forgetRequests(before: Date): Promise<void>;
}
