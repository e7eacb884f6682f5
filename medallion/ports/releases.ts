import type { CurrentRelease } from '../releases/release.ts';

/** Which release readers see. It is stored, not searched for. */
export interface Releases {
  getCurrent(): Promise<CurrentRelease | undefined>;
  setCurrent(current: CurrentRelease): Promise<void>;
}
