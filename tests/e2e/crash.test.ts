import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { landSet1, noJobWasLaunchedTwice, set1IsRight } from '../support/set-1-again.ts';

let cloud: RunningStack;

beforeAll(async () => {
  cloud = await RunningStack.start({ options: ['--empty', '--sweep', '*/3 * * * * *'] });
});

afterAll(() => cloud.dismiss());

/** The remote runs of a batch, by layer. */
async function launchesOf({ batch }: Pick<RunRecord, 'batch'>): Promise<string[][]> {
  return (await cloud.get<RunRecord>(`runs/${batch}`)).layers.map(({ jobRuns }) => jobRuns);
}

describe('kill -9', () => {
  it('of the host while a job runs costs nothing: the same job goes on', async () => {
    const run = await landSet1(cloud);
    await sleep(1000);
    await cloud.kill('functions-host');
    await cloud.waitUntilQuiet();

    await set1IsRight(cloud);
    expect((await launchesOf(run)).map(({ length }) => length)).toEqual([1, 1, 1]);
    await noJobWasLaunchedTwice(cloud);
  });

  it('of Spark while a job runs ends that attempt; a new one finishes the run', async () => {
    const run = await landSet1(cloud);
    await sleep(1000);
    await cloud.kill('spark');
    const status = await cloud.waitUntilQuiet();

    expect(status).toMatchObject({ lastRun: { outcome: 'published' } });
    await set1IsRight(cloud);
    expect((await launchesOf(run)).map(({ length }) => length)).toEqual([2, 1, 1]);
    await noJobWasLaunchedTwice(cloud);
  });
});
