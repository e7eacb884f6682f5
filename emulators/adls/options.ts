import type { Faults } from '../shared/faults.ts';

/** Who hears of new blobs, and of which. */
export type Subscription = {
  /** Receives a POST with a JSON array of events. */
  endpoint: string;
  /** Such as `/blobServices/default/containers/lake/blobs/landing/`. Empty matches everything. */
  subjectBeginsWith: string;
  /** The values of `data.api` to deliver, such as `FlushWithClose`. Empty delivers all. */
  apis: string[];
};

export type LakeOptions = {
  port: number;
  account: string;
  /** Base64, as an account key is. */
  key: string;
  /** Containers are its folders; the lake's own state lies in `.lake` beside them. */
  root: string;
  subscriptions: Subscription[];
  log?: (line: string) => void;
  /** What goes wrong on purpose; of the calls, the names are those of the README. */
  faults?: Faults;
};

export type Lake = { endpoint: string; stop(): Promise<void> };
