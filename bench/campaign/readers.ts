import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningStack } from '../harness/running-stack.ts';

/** What a reader saw: the publication, and how many rows of each gym. */
export interface Sample {
  readonly from: number;
  readonly to: number;
  readonly publication: number;
  readonly gyms: Readonly<Record<string, number>>;
}

const intervalSeconds = 4;
const newest = 'SELECT number, state FROM ops.releases ORDER BY number DESC, at DESC LIMIT 1';
const rows = 'SELECT gym, count(*) AS n FROM gold.gym_sessions GROUP BY gym ORDER BY gym';

/** Looks at gold again and again. What is refused, or falls into the middle of a publication, is no sample. */
export async function watchGold(stack: RunningStack, isOver: () => boolean): Promise<Sample[]> {
  const samples: Sample[] = [];
  let failures = 0;
  while (!isOver()) {
    try {
      const sample = await readSample(stack);
      if (sample !== undefined) samples.push(sample);
    } catch {
      // A reader whose statement was hit by a fault asks again. How often that was is told at the end.
      failures += 1;
    }
    await sleep(intervalSeconds * 1000);
  }
  console.log(`Readers asked ${samples.length} times, and ${failures} times in vain.`);
  return samples;
}

/** Nothing while somebody publishes. */
export async function readSample(stack: RunningStack): Promise<Sample | undefined> {
  return stack.useWarehouse(async (query) => {
    const readNumber = async () => {
      const [row] = (await query(newest)).rows;
      return row?.['state'] === 'published' ? Number(row['number']) : undefined;
    };
    const from = Date.now();
    const before = await readNumber();
    if (before === undefined) return undefined;
    const result = await query(rows);
    const to = Date.now();
    if ((await readNumber()) !== before) return undefined;
    const gyms = Object.fromEntries(result.rows.map(({ gym, n }) => [String(gym), Number(n)]));
    return { from, to, publication: before, gyms };
  });
}
