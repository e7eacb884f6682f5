import type { Ports } from '../../medallion/ports/index.ts';
import type { BlobProperties } from '../../medallion/ports/lake.ts';

const concurrency = 16;

/** So long a request may be sent again under its key. */
const keyDays = 7;
const dayMilliseconds = 86_400_000;

/** So many failures are named; all are counted. */
const maxNamed = 20;

export interface SweepFailure {
  /** The path of a file, or what else could not be done. */
  readonly subject: string;
  readonly reason: string;
}

export interface SweepReport {
  readonly looked: number;
  /** Files that no event had told of. */
  readonly missed: number;
  /** How long the oldest of them had lain there. */
  readonly oldestSeconds: number;
  readonly failed: number;
  readonly failures: readonly SweepFailure[];
}

/** Whether anything waits for the pipeline. Whoever brought it may have gone before the pipeline was told. */
export const isWorkWaiting = async ({ plans, queue }: Pick<Ports, 'plans' | 'queue'>): Promise<boolean> =>
  (await queue.next(1)).length > 0 || (await plans.nextQueued()) !== undefined;

/** Registers what events have missed. Whatever cannot be done is counted and named, and the rest is done all the same. */
export async function sweep(
  { files, idempotencyKeys, lake, tuning }: Pick<Ports, 'files' | 'idempotencyKeys' | 'lake' | 'tuning'>,
  now: Date,
): Promise<SweepReport> {
  const report = { looked: 0, missed: 0, oldestSeconds: 0, failed: 0, failures: [] as SweepFailure[] };
  const attempt = async (subject: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      report.failed++;
      if (report.failures.length < maxNamed) report.failures.push({ subject, reason: (error as Error).message });
    }
  };
  const register = async (listed: BlobProperties) => {
    report.looked++;
    const ageSeconds = (now.getTime() - Date.parse(listed.lastModified)) / 1000;
    // Its writer may still add to it, and its event may be on the way.
    if (ageSeconds < tuning.sweep.settleSeconds) return;
    const registration = await files.register(listed.path, () => lake.getProperties(listed.path), listed);
    if (registration.kind !== 'new' || registration.file.status === 'ignored') return;
    report.missed++;
    report.oldestSeconds = Math.max(report.oldestSeconds, ageSeconds);
  };
  await attempt('list of the landing zone', async () => {
    for await (const group of inGroups(lake.listLandedFiles()))
      await Promise.all(group.map((listed) => attempt(listed.path, () => register(listed))));
  });
  await attempt('old idempotency keys', () =>
    idempotencyKeys.deleteBefore(new Date(now.getTime() - keyDays * dayMilliseconds)),
  );
  return report;
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
