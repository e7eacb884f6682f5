import type { Ports } from '../../medallion/ports/index.ts';
import type { BlobProperties } from '../../medallion/ports/lake.ts';

const concurrency = 16;

/** A file this young may still be being written, and its event on the way. */
const minAgeSeconds = 2;

/** So long a request may be sent again under its key. */
const keyDays = 7;
const dayMilliseconds = 86_400_000;

export interface SweepResult {
  /** Files that no event had told of. */
  readonly missed: number;
  /** How long the oldest of them had lain there. */
  readonly oldestSeconds: number;
  readonly isWorkWaiting: boolean;
}

/** Registers what events have missed, and says whether anything waits for the pipeline. */
export async function sweep(
  { files, idempotencyKeys, lake, plans, queue }: Pick<Ports, 'files' | 'idempotencyKeys' | 'lake' | 'plans' | 'queue'>,
  now: Date,
): Promise<SweepResult> {
  let missed = 0;
  let oldestSeconds = 0;
  const register = async (properties: BlobProperties) => {
    const ageSeconds = (now.getTime() - Date.parse(properties.lastModified)) / 1000;
    if (ageSeconds < minAgeSeconds) return;
    const { path } = properties;
    const registration = await files.register(path, () => lake.getProperties(path), properties);
    if (registration.kind !== 'new' || registration.file.status === 'ignored') return;
    missed++;
    oldestSeconds = Math.max(oldestSeconds, ageSeconds);
  };
  for await (const group of inGroups(lake.listLandedFiles())) await Promise.all(group.map(register));
  // Whoever queued a plan may have gone before the pipeline was told.
  const isWorkWaiting = (await queue.next(1)).length > 0 || (await plans.nextQueued()) !== undefined;
  await idempotencyKeys.deleteBefore(new Date(now.getTime() - keyDays * dayMilliseconds));
  return { missed, oldestSeconds, isWorkWaiting };
}

async function* inGroups<Item>(items: AsyncIterable<Item>): AsyncIterable<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < concurrency) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
