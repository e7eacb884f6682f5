import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, LiveLakehouse, quantilesOf } from '../support/live-lakehouse.ts';

let live: LiveLakehouse;

beforeAll(async () => {
  live = await LiveLakehouse.start();
});

afterAll(() => live.discard());

const stations = ['bronzeAt', 'silverAt', 'goldAt', 'publishedAt'] as const;

async function tell(title: string): Promise<void> {
  console.log(title);
  for (const station of stations)
    console.log(`  landed to ${station.replace('At', '').padEnd(9)} ${quantilesOf(await live.secondsTo(station))}`);
}

describe('five minutes of 1,000 readings a second', () => {
  it('come through, and how old they are when readers see them is printed', async () => {
    await live.live(0, 300);
    await live.cloud.quiet();
    await tell('undisturbed');
    expect(await live.secondsTo('publishedAt')).toHaveLength(live.files.length);
  });

  it('come through, whatever is killed and however modes are switched meanwhile', async () => {
    await live.live(300, 600, {
      330: () => live.cloud.kill('spark'),
      370: () => live.cloud.kill('functions-host'),
      410: () => live.cloud.kill('databricks'),
      450: () => live.ask('all', 'triggered'),
      490: () => live.ask('all', 'continuous'),
      540: () => live.killEverything(),
    });
    await live.cloud.quiet();
    await tell('with kills and switches');
  });

  it('are what comes of one batch over the same files: nothing lost, nothing twice', async () => {
    const streamed = await contentOf(live.cloud);
    expect(streamed['lines']).toMatchObject([{ n: (streamed['lines'] as { different: bigint }[])[0]?.different }]);
    expect(await live.asOneBatch()).toEqual(streamed);
  });
});
