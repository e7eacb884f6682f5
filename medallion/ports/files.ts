import type { FileId, FileStatus, LandedFile, RegisteredFile } from '../files/file.ts';
import type { FilePassage } from '../files/freshness.ts';
import type { ManifestLine } from '../files/manifest.ts';
import type { FileAccount } from '../files/report.ts';
import type { Page } from '../page.ts';
import type { BlobProperties } from './lake.ts';

export type Registration =
  | { readonly kind: 'missing' }
  | { readonly kind: 'new'; readonly file: RegisteredFile }
  | { readonly kind: 'known'; readonly file: FileId };

export type FileFilter = {
  readonly [Column in 'dataset' | 'status' | 'batch' | 'path' | 'release']?: RegisteredFile[Column] | undefined;
};

export interface QuarantineFilter {
  readonly dataset?: string | undefined;
  readonly dismissed: boolean;
}

/** How the files of a batch ended. */
export interface FileOutcome {
  readonly status: FileStatus;
  readonly reason?: string | undefined;
  readonly release?: string | undefined;
  /** When the files had come through the layers. */
  readonly passage?: FilePassage | undefined;
}

/** Every content of every path that ever landed, and what became of it. */
export interface Files {
  /**
   * Writes down what lies at a path, once per content, together with its place in the queue. `look` asks storage. It is
   * called after the registry was read, so that what is written is never older than what it replaces. `listed` is what
   * somebody has seen there: where the registry says the same, the look is spared.
   */
  register(path: string, look: () => Promise<BlobProperties | undefined>, listed?: LandedFile): Promise<Registration>;
  get(dataset: string, id: FileId): Promise<RegisteredFile | undefined>;
  /** For those who know no dataset: looks under every one of them. */
  findById(id: FileId): Promise<RegisteredFile | undefined>;
  /** By id. */
  list(filter: FileFilter, max: number, after?: string): Promise<Page<RegisteredFile>>;
  listNewest(datasets: readonly string[], max: number, after?: string): Promise<Page<RegisteredFile>>;
  /** Files with quarantined lines, and those that were set aside as a whole. */
  listQuarantined(filter: QuarantineFilter, max: number, after?: string): Promise<Page<RegisteredFile>>;
  /** Marks files as taken into another batch, out of whatever they ended as. */
  markReloading(lines: readonly ManifestLine[]): Promise<void>;
  /** Writes down how the files of a batch ended. */
  finalize(
    lines: readonly ManifestLine[],
    accounts: ReadonlyMap<FileId, FileAccount>,
    outcome: FileOutcome,
  ): Promise<void>;
  dismissQuarantine(file: RegisteredFile, reason: string): Promise<void>;
  /**
   * Marks a file as excluded, whatever becomes of it meanwhile, and takes it out of the queue. What it may have brought
   * into tables waits in the queue for its removal.
   */
  exclude(file: RegisteredFile, reason: string): Promise<void>;
  /** Puts a file into the queue again, excluded or not. One that is not the newest content of its path is superseded. */
  requeue(file: RegisteredFile): Promise<void>;
  /** The same, unless somebody has excluded the file meanwhile. */
  requeueIncluded(file: RegisteredFile): Promise<void>;
  /**
   * Takes back an exclusion for somebody who loads the file by other means than the queue. False, and nothing is taken back,
   * if the file is no longer the newest content of its path.
   */
  readmit(file: RegisteredFile, reason: string): Promise<boolean>;
}
