import type { RegisteredFile } from './file.ts';

/** The part of a batch that goes to the newest files when more wait than it takes. */
const freshShare = 0.75;

/**
 * Which of the waiting files a batch takes. A flood of history must not delay what lands now, so most places go to the
 * newest; nor may it be starved by what lands now, so the rest goes to the oldest. Either way the order is that of arrival.
 */
export function chosenFrom(pending: readonly RegisteredFile[], most: number): RegisteredFile[] {
  if (pending.length <= most) return [...pending];
  const fresh = Math.max(1, Math.floor(most * freshShare));
  const old = most - fresh;
  return [...pending.slice(0, old), ...pending.slice(pending.length - fresh)];
}

/** Of several contents of one path only the last registered can still be read. `pending` is oldest first. */
export function newestPerPath(pending: readonly RegisteredFile[]) {
  const last = new Map(pending.map((file) => [file.path, file.file]));
  const newest = pending.filter(({ path, file }) => last.get(path) === file);
  return { newest, outdated: pending.filter(({ path, file }) => last.get(path) !== file) };
}
