import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { set1 } from '../../local/demo/set1.ts';
import type { RunRecord } from '../../medallion/run.ts';
import { RunningCloud, root, until } from '../support/running-cloud.ts';
import { correctedSessions, correctedSummary, sessionsQuery, summaryQuery, valuesOf } from '../support/set-1.ts';

const options = ['--empty', '--sweep', '*/3 * * * * *'];
const files = set1(root).map(({ content, path }) => ({ path, content: content() }));
let cloud: RunningCloud;

beforeAll(async () => {
  cloud = await RunningCloud.start({ options });
});

afterAll(() => cloud.discard());

/** Lands all of set 1; the second time, each file is a new version of the same content. */
async function landAll(): Promise<RunRecord> {
  const before = (await cloud.runs()).length;
  for (const { content, path } of files) await cloud.land(path, content);
  await until('a run that has begun', async () => (await cloud.runs()).length > before);
  return (await cloud.runs())[0] as RunRecord;
}

async function isRight() {
  expect((await cloud.query(summaryQuery)).rows).toMatchObject([correctedSummary]);
  expect(valuesOf((await cloud.query(sessionsQuery)).rows)).toEqual(correctedSessions());
  expect((await cloud.files('fate=loading')).length + (await cloud.files('fate=pending')).length).toBe(0);
}

/** The remote runs of a batch, by layer. */
async function launchesOf({ batch }: Pick<RunRecord, 'batch'>): Promise<string[][]> {
  return (await cloud.get<RunRecord>(`runs/${batch}`)).layers.map(({ jobRuns }) => jobRuns);
}

async function noJobWasLaunchedTwice() {
  const launches = (await cloud.runs()).flatMap(({ layers }) => layers.flatMap(({ jobRuns }) => jobRuns));
  expect(new Set(launches).size).toBe(launches.length);
}

describe('kill -9', () => {
  it('of the host while a job runs costs nothing: the same job goes on', async () => {
    const run = await landAll();
    await sleep(1000);
    await cloud.kill('host');
    await cloud.quiet();

    await isRight();
    expect((await launchesOf(run)).map(({ length }) => length)).toEqual([1, 1, 1]);
    await noJobWasLaunchedTwice();
  });

  it('of Spark while a job runs ends that attempt; a new one finishes the run', async () => {
    const run = await landAll();
    await sleep(1000);
    await cloud.kill('spark');
    const status = await cloud.quiet();

    expect(status).toMatchObject({ lastRun: { outcome: 'published' } });
    await isRight();
    expect((await launchesOf(run)).map(({ length }) => length)).toEqual([2, 1, 1]);
    await noJobWasLaunchedTwice();
  });

  it('of everything, twice, in the middle of a run: started again, the run ends with the same tables', async () => {
    const { home } = cloud;
    await landAll();
    for (const patience of [1, 8]) {
      await sleep(patience * 1000);
      await cloud.kill('everything');
      cloud = await RunningCloud.start({ home, options });
    }
    const status = await cloud.quiet();

    expect(status).toMatchObject({ lastRun: { outcome: 'published' } });
    await isRight();
    await noJobWasLaunchedTwice();
  });
});
