import type { RegisteredFile } from './file.ts';

/** The part of a batch that goes to the newest files when more wait than it takes. */
const newestShare = 0.75;

/**
 * Which of the waiting files a batch takes, in the order of their arrival. A flood of history must not delay what lands
 * now, so most places go to the newest; nor may it be starved by what lands now, so the rest goes to the oldest.
 */
export function selectFiles(pending: readonly RegisteredFile[], max: number): RegisteredFile[] {
  if (pending.length <= max) return [...pending];
  const newest = Math.max(1, Math.floor(max * newestShare));
  const oldest = max - newest;
  return [...pending.slice(0, oldest), ...pending.slice(pending.length - newest)];
}

/** Of several contents of one path only the newest can still be read. A queue that changes while it is read shows two. */
export function listNewestContents(pending: readonly RegisteredFile[]): RegisteredFile[] {
  const newest = new Map<string, number>();
  for (const { path, sequence } of pending) newest.set(path, Math.max(sequence, newest.get(path) ?? 0));
  return pending.filter(({ path, sequence }) => newest.get(path) === sequence);
}
