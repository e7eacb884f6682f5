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

/** Of several contents of one path only the last registered can still be read. `pending` is oldest first. */
export function splitByNewest(pending: readonly RegisteredFile[]) {
  const newestIds = new Map(pending.map((file) => [file.path, file.file]));
  const isNewest = ({ file, path }: RegisteredFile) => newestIds.get(path) === file;
  return { newest: pending.filter(isNewest), outdated: pending.filter((file) => !isNewest(file)) };
}
