import type { PublishedState } from '../releases/release.ts';

/** What was read, and what tells whether somebody has written since. */
export interface StoredState {
  readonly state: PublishedState;
  readonly etag: string;
}

/** What readers see, as one record: who has written it last is the only publisher. */
export interface Releases {
  /** Nothing before the first publication. */
  get(): Promise<StoredState | undefined>;
  /** Answers with the new ETag; with none if the record is no longer the one with the ETag `before`. */
  replace(before: string | undefined, state: PublishedState): Promise<string | undefined>;
}
