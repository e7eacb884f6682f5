import type { LandedFile } from '../files/file.ts';
import type { Page } from '../page.ts';

/** What storage says about a path now. */
export type BlobProperties = LandedFile & { readonly isDirectory: boolean };

export interface ListedPlace {
  readonly folder?: string | undefined;
  readonly after?: string | undefined;
}

/** The landing zone, the operator's own texts in the control container, and the jobs' in the container of records. */
export interface Lake {
  /** `undefined` if nothing lies there, or nothing yet: a copy may be on its way. */
  getProperties(path: string): Promise<BlobProperties | undefined>;
  /** Files of the landing zone, or of one of its folders and what is below it, by name. None if there is no such folder. */
  listLandedFiles(place: ListedPlace): Promise<Page<BlobProperties>>;
  /** Text of a file in the control container; `undefined` if there is none. */
  readControl(path: string): Promise<string | undefined>;
  /** Makes a text appear whole under a name that was free, or leaves the one that is there. */
  commitControl(path: string, text: string): Promise<void>;
  /** Paths of the texts in a folder of the control container, by name; none if there is no such folder. */
  listControl(folder: string): Promise<string[]>;
  /** Removes a text from the control container, if it is there. */
  removeControl(path: string): Promise<void>;
  /** As `commitControl` and `readControl`, packed with gzip. */
  commitPacked(path: string, text: string): Promise<void>;
  readPacked(path: string): Promise<string | undefined>;
  /** Text of a file that a job has written; `undefined` if there is none. */
  readRecord(path: string): Promise<string | undefined>;
  /** Paths of the files in a folder of the jobs' records, by name; none if there is no such folder. */
  listRecords(folder: string): Promise<string[]>;
}
