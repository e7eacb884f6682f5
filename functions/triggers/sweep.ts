import type { InvocationContext } from '@azure/functions';
import type { Facts, World } from '../../medallion/ports/world.ts';

const atOnce = 16;

/** A file this young may still be being written, and its event on the way. */
const settledSeconds = 2;

/** So long a request may be sent again under its key. */
const keyDays = 7;

/** Registers what events have missed: events are hints, storage is the truth. Rings if anything waits. */
export async function sweep(
  { desk, lake, registry }: Pick<World, 'desk' | 'lake' | 'registry'>,
  wake: () => Promise<void>,
  context: Pick<InvocationContext, 'info' | 'warn'>,
  now: Date = new Date(),
): Promise<void> {
  let missed = 0;
  let latest = 0;
  const look = async (facts: Facts) => {
    const age = (now.getTime() - Date.parse(facts.lastModified)) / 1000;
    if (age < settledSeconds) return;
    const registration = await registry.register(facts);
    if (registration.kind === 'known' || registration.file.fate === 'ignored') return;
    missed++;
    latest = Math.max(latest, age);
  };
  for await (const few of byFew(lake.landed())) await Promise.all(few.map(look));
  if (missed > 0)
    context.warn(
      `${missed} ${missed === 1 ? 'file was' : 'files were'} found that no event had told of; the oldest lay there for ${latest.toFixed(0)} s.`,
    );
  // Whoever queued a plan may have gone before the pipeline was told.
  if ((await registry.countPending()) > 0 || (await desk.queued()) !== undefined) await wake();
  await desk.forgetRequests(new Date(now.getTime() - keyDays * 86_400_000));
}

async function* byFew<Each>(all: AsyncIterable<Each>): AsyncIterable<Each[]> {
  let few: Each[] = [];
  for await (const each of all) {
    few.push(each);
    if (few.length < atOnce) continue;
    yield few;
    few = [];
  }
  if (few.length > 0) yield few;
}
