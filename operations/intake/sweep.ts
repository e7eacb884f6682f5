import type { Ports } from '../../medallion/ports/index.ts';
import type { BlobProperties } from '../../medallion/ports/lake.ts';
import { Attempts, type Failure } from '../attempts.ts';

const concurrency = 16;

export interface SweepReport {
  readonly looked: number;
  /** Files that no event had told of. */
  readonly missed: number;
  /** How long the oldest of them had lain there. */
  readonly oldestSeconds: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
}

/** Whether anything waits for the pipeline. Whoever brought it may have gone before the pipeline was told. */
export const isWorkWaiting = async ({ plans, queue }: Pick<Ports, 'plans' | 'queue'>): Promise<boolean> =>
  (await queue.next(1)).length > 0 || (await plans.nextQueued()) !== undefined;

/** Registers what events have missed. Whatever cannot be done is counted and named, and the rest is done all the same. */
export async function sweep(
  { files, lake, tuning }: Pick<Ports, 'files' | 'lake' | 'tuning'>,
  now: Date,
): Promise<SweepReport> {
  const attempts = new Attempts();
  const counts = { looked: 0, missed: 0, oldestSeconds: 0 };
  const register = async (listed: BlobProperties) => {
    counts.looked++;
    const ageSeconds = (now.getTime() - Date.parse(listed.lastModified)) / 1000;
    // Its writer may still add to it, and its event may be on the way.
    if (ageSeconds < tuning.sweep.settleSeconds) return;
    const registration = await files.register(listed.path, () => lake.getProperties(listed.path), listed);
    if (registration.kind !== 'new' || registration.file.status === 'ignored') return;
    counts.missed++;
    counts.oldestSeconds = Math.max(counts.oldestSeconds, ageSeconds);
  };
  await attempts.make('list of the landing zone', async () => {
    for await (const group of inGroups(lake.listLandedFiles()))
      await Promise.all(group.map((listed) => attempts.make(listed.path, () => register(listed))));
  });
  return { ...counts, failed: attempts.failed, failures: attempts.failures };
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
