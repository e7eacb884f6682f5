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

/**
 * The files of one batch, oldest first. Each dataset gets an equal share, and what one does not need goes to the others.
 * `readEnds` gives the so many oldest and the so many newest of a dataset that wait.
 */
export async function shareOut(
  datasets: readonly string[],
  max: number,
  readEnds: (dataset: string, count: number) => Promise<readonly RegisteredFile[]>,
): Promise<RegisteredFile[]> {
  const complete: RegisteredFile[] = [];
  for (let wanting = [...datasets]; ; ) {
    const share = Math.max(1, Math.floor((max - complete.length) / Math.max(1, wanting.length)));
    const ends = await Promise.all(wanting.map((dataset) => readEnds(dataset, share + 1)));
    const satisfied = ends.filter((files) => files.length <= share);
    if (satisfied.length === 0 || satisfied.length === wanting.length) {
      const chosen = [...complete, ...ends.flatMap((files) => selectFiles(files, share))];
      return chosen.sort(compareAges).slice(0, max);
    }
    complete.push(...satisfied.flat());
    wanting = wanting.filter((_, index) => (ends[index]?.length ?? 0) > share);
  }
}

/**
 * As many of the chosen files, oldest first, as have so many bytes, in the same order. Datasets take turns, and what is
 * too large for the rest is passed over. The oldest file goes first, so that a larger one than that comes alone in its time.
 */
export function limitBytes(chosen: readonly RegisteredFile[], maxBytes: number): RegisteredFile[] {
  const taken = new Set<RegisteredFile>();
  let bytes = 0;
  for (const file of toTurns(chosen)) {
    const length = file.status === 'excluded' ? 0 : file.length;
    if (length > 0 && bytes > 0 && bytes + length > maxBytes) continue;
    taken.add(file);
    bytes += length;
  }
  return chosen.filter((file) => taken.has(file));
}

/** One file of each dataset after the other. Of each its oldest comes first, then three of its newest, and so on. */
function toTurns(chosen: readonly RegisteredFile[]): RegisteredFile[] {
  const groups = [...Map.groupBy(chosen, ({ dataset }) => dataset).values()].map(alternate);
  const rounds = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) => groups.flatMap((files) => files.slice(round, round + 1))).flat();
}

function alternate(files: readonly RegisteredFile[]): RegisteredFile[] {
  const oldest = files.slice(0, Math.ceil(files.length * (1 - newestShare)));
  const newest = files.slice(oldest.length).toReversed();
  const perOldest = Math.round(newestShare / (1 - newestShare));
  return oldest.flatMap((file, turn) => [file, ...newest.slice(turn * perOldest, (turn + 1) * perOldest)]);
}

const compareAges = (a: RegisteredFile, b: RegisteredFile): number =>
  a.lastModified === b.lastModified ? a.file.localeCompare(b.file) : a.lastModified < b.lastModified ? -1 : 1;

/**
 * Of several contents of one path only the newest can still be read. A queue that changes while it is read shows two. An
 * excluded file waits for the removal of its rows, and is not read.
 */
export function listNewestContents(waiting: readonly RegisteredFile[]): RegisteredFile[] {
  const newest = new Map<string, number>();
  for (const { path, sequence, status } of waiting)
    if (status !== 'excluded') newest.set(path, Math.max(sequence, newest.get(path) ?? 0));
  return waiting.filter(({ path, sequence, status }) => status === 'excluded' || newest.get(path) === sequence);
}
