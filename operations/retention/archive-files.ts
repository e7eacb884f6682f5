import {
  archivePath,
  formatArchive,
  getArchiveDay,
  isSettledSince,
  parseArchive,
} from '../../medallion/files/archive.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Ports } from '../../medallion/ports/index.ts';

type ArchivePorts = Pick<Ports, 'archive' | 'lake' | 'marks'>;

/** So many files are looked at together. Each day of theirs becomes a part of the archive. */
const pageSize = 1000;

/** The part whose files may still be in the table, and where the last call has stopped. */
const partMark = (dataset: string) => `archive-part:${dataset}`;
const placeMark = (dataset: string) => `archive-place:${dataset}`;

/**
 * Brings files of a dataset that have been settled for long from the table into the archive. It looks at so many at most,
 * goes on where the last call has stopped, and answers how many it has brought. Whoever stops it loses nothing: a part is
 * named in the table before it is written, and its rows are deleted after that. So the next call finds the part, and
 * deletes what it says.
 */
export async function archiveFiles(
  ports: ArchivePorts,
  dataset: string,
  before: Date,
  maxFiles: number,
): Promise<number> {
  const { archive, marks } = ports;
  await finishPart(ports, dataset);
  let archived = 0;
  let after = await marks.find(placeMark(dataset));
  for (let looked = 0; looked < maxFiles; looked += pageSize) {
    const { next, rows } = await archive.listOld(dataset, before, Math.min(pageSize, maxFiles - looked), after);
    const settled = rows.filter((file) => isSettledSince(file, before));
    for (const [day, files] of Map.groupBy(settled, getArchiveDay)) await archivePart(ports, dataset, day, files);
    archived += settled.length;
    after = next;
    if (after === undefined) break;
  }
  await (after === undefined ? marks.clear(placeMark(dataset)) : marks.set(placeMark(dataset), after));
  return archived;
}

async function archivePart(
  ports: ArchivePorts,
  dataset: string,
  day: string,
  files: readonly RegisteredFile[],
): Promise<void> {
  const text = formatArchive(files);
  const path = archivePath(dataset, day, text);
  await ports.marks.set(partMark(dataset), path);
  await ports.lake.commitPacked(path, text);
  await finishPart(ports, dataset);
}

/** A part that was named and not written has lost nothing: its files are still in the table. */
async function finishPart({ archive, lake, marks }: ArchivePorts, dataset: string): Promise<void> {
  const path = await marks.find(partMark(dataset));
  if (path === undefined) return;
  const text = await lake.readPacked(path);
  if (text !== undefined) await archive.purge(dataset, parseArchive(text));
  await marks.clear(partMark(dataset));
}
