import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveLakehouse } from '../../bench/harness/live-lakehouse.ts';
import { readContent } from '../../bench/harness/read-content.ts';
import { loadAsOneBatch } from '../support/one-batch.ts';
import { toQuantiles } from '../support/quantiles.ts';

let live: LiveLakehouse;

beforeAll(async () => {
  live = await LiveLakehouse.start();
});

afterAll(() => live.dismiss());

const stages = ['bronzeAt', 'silverAt', 'goldAt', 'publishedAt'] as const;

async function tell(title: string): Promise<void> {
  console.log(title);
  for (const stage of stages)
    console.log(`  landed to ${stage.replace('At', '').padEnd(9)} ${toQuantiles(await live.listSeconds(stage))}`);
}

describe('five minutes of 1,000 readings a second', () => {
  it('come through, and how old they are when readers see them is printed', async () => {
    await live.landEverySecond(0, 300);
    await live.stack.waitUntilQuiet();
    await tell('undisturbed');
    expect(await live.listSeconds('publishedAt')).toHaveLength(live.files.length);
  });

  it('come through, whatever is killed and however modes are switched meanwhile', async () => {
    await live.landEverySecond(300, 600, {
      330: () => live.stack.kill('spark'),
      370: () => live.stack.kill('functions-host'),
      410: () => live.stack.kill('databricks'),
      450: () => live.updateStreams('all', { mode: 'triggered' }),
      490: () => live.updateStreams('all', { mode: 'continuous' }),
      540: () => live.killEverything(),
    });
    await live.stack.waitUntilQuiet();
    await tell('with kills and switches');
  });

  it('are what comes of one batch over the same files: nothing lost, nothing twice', async () => {
    const streamed = await readContent(live.stack);
    expect(streamed['lines']).toMatchObject([{ n: (streamed['lines'] as { different: bigint }[])[0]?.different }]);
    expect(await loadAsOneBatch(live)).toEqual(streamed);
  });
});
