import type { LandingContract, TableContract } from '../contracts/contract.ts';
import type { Definitions } from '../contracts/definition.ts';
import type { Fate, FileId, LandedFile, RegisteredFile } from '../files/file.ts';
import type { Passed } from '../files/freshness.ts';
import type { BatchId, ManifestLine } from '../files/manifest.ts';
import type { FileAccount } from '../files/report.ts';
import type { Layer, Modes, Versions } from '../layer.ts';
import type { Page } from '../page.ts';
import type { JobOrder, JobRunId, JobState, Submission } from '../runs/job.ts';
import type { RunRecord } from '../runs/run.ts';
import type { StreamRecord, Wish, Wishes } from '../runs/stream.ts';
import type { Desk } from './desk.ts';

/** What storage tells about a path now; `undefined` if nothing lies there. */
export type Facts = LandedFile & { readonly isDirectory: boolean };

export interface Lake {
  factsOf(path: string): Promise<Facts | undefined>;
  /** Every file of the landing zone, oldest name first, a page at a time. */
  landed(): AsyncIterable<Facts>;
  /** Text of a file in the control container; `undefined` if there is none. */
  readControl(path: string): Promise<string | undefined>;
  /** Makes a text appear whole under a name that was free, or leaves the one that is there. */
  commitControl(path: string, text: string): Promise<void>;
}

export type Registration =
  | { readonly kind: 'new'; readonly file: RegisteredFile }
  | { readonly kind: 'known'; readonly file: FileId };

export interface FileFilter {
  readonly dataset?: string | undefined;
  readonly fate?: Fate | undefined;
  readonly batch?: string | undefined;
  readonly path?: string | undefined;
  readonly release?: string | undefined;
}

export interface Settlement {
  readonly fate: Fate;
  readonly because?: string | undefined;
  readonly release?: string | undefined;
  /** When the files had come through the layers. */
  readonly passed?: Passed | undefined;
}

/** A batch that is in no release yet. `versions` are those of bronze once it is loaded. */
export interface OpenBatch {
  readonly batch: BatchId;
  readonly files: number;
  readonly datasets: readonly string[];
  readonly versions?: Versions | undefined;
}

export interface Registry {
  register(facts: Facts): Promise<Registration>;
  /** Oldest first. */
  pending(most: number): Promise<RegisteredFile[]>;
  countPending(): Promise<number>;
  /** Marks files as taken into a batch; telling it twice changes nothing. */
  take(lines: readonly ManifestLine[]): Promise<void>;
  supersede(files: readonly RegisteredFile[], because: string): Promise<void>;
  settle(lines: readonly ManifestLine[], accounts: ReadonlyMap<FileId, FileAccount>, end: Settlement): Promise<void>;
  file(id: FileId): Promise<RegisteredFile | undefined>;
  files(filter: FileFilter, most: number, after?: string): Promise<Page<RegisteredFile>>;
  /** True for the one who rang first since the bell was last silenced. */
  ring(): Promise<boolean>;
  silence(): Promise<void>;
  /** Oldest first. */
  openBatches(): Promise<OpenBatch[]>;
  saveOpen(batch: OpenBatch): Promise<void>;
  closeBatches(batches: readonly BatchId[]): Promise<void>;
  wishes(): Promise<Wishes>;
  /** Adds to what was asked of a layer before. */
  wish(layer: Layer, wish: Wish): Promise<void>;
  streams(): Promise<StreamRecord[]>;
  saveStream(stream: StreamRecord): Promise<void>;
  /** Whether the releases of the streams are being published, which no run for a batch may cross. */
  isPublishing(): Promise<boolean>;
  setPublishing(is: boolean): Promise<void>;
  saveRun(run: RunRecord): Promise<void>;
  run(batch: string): Promise<RunRecord | undefined>;
  /** Newest first. */
  runs(most: number, after?: string): Promise<Page<RunRecord>>;
}

export interface Jobs {
  submit(order: JobOrder): Promise<Submission>;
  stateOf(jobRun: JobRunId): Promise<JobState>;
  /** Asks for the end of a run; it may take a while, and a run that has ended stays as it is. */
  cancel(jobRun: JobRunId): Promise<void>;
}

export type Answer =
  | { readonly kind: 'rows'; readonly rows: Record<string, unknown>[] }
  | { readonly kind: 'refused'; readonly because: string };

export interface Warehouse {
  /**
   * Runs a statement; a statement that is wrong is refused, a warehouse that is away is thrown. Values that came from
   * outside go into `values`, as `:name` in the statement, and never into its text.
   */
  ask(statement: string, values?: Readonly<Record<string, string | number>>): Promise<Answer>;
}

/** How fast the operator asks and how much it takes at a time. All times in seconds. */
export interface Pace {
  readonly quietSeconds: number;
  readonly mostFilesPerBatch: number;
  readonly firstPollSeconds: number;
  readonly longestPollSeconds: number;
  readonly idleSeconds: number;
  readonly attempts: number;
  readonly streams: StreamPace;
}

/** The same for layers that are always on. */
export interface StreamPace {
  /** How often the state of an always-on run is asked for. */
  readonly watchSeconds: number;
  /** How often what the streams have built is judged and published. */
  readonly releaseSeconds: number;
  readonly quietSeconds: number;
  readonly mostFilesPerManifest: number;
  /** So many manifests may be on their way to a release; what lands meanwhile waits in the queue, where the newest goes first. */
  readonly mostManifestsUnderway: number;
  readonly restarts: number;
  readonly firstRestartSeconds: number;
  readonly longestRestartSeconds: number;
  /** A stream that has not drained by itself after this long is cancelled. */
  readonly drainSeconds: number;
}

/** Everything an activity may touch. There is one world in the cloud and one on a laptop. */
export interface World {
  readonly lake: Lake;
  readonly registry: Registry;
  readonly desk: Desk;
  readonly jobs: Jobs;
  readonly warehouse: Warehouse;
  readonly datasets: readonly LandingContract[];
  readonly tables: readonly TableContract[];
  /** What computes each table now. */
  readonly definitions: Definitions;
  readonly pace: Pace;
  /** The modes of the layers, unless somebody has asked for others. */
  readonly modes: Modes;
}
