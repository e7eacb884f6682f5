import type { Page } from '../page.ts';

/** The rows of the state table as they are, whatever they say: what a backup keeps. */
export interface StateRows {
  /** A page of rows, each a line of JSON. */
  list(after?: string): Promise<Page<string>>;
  /** Inserts those whose keys are free, and answers how many they were. */
  insertMissing(rows: readonly string[]): Promise<number>;
  /** Whether the table is in use. One that was just made is not. */
  isOpened(): Promise<boolean>;
  open(): Promise<void>;
}
