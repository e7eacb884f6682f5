import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { landDemo } from '../../local/cli/landing.ts';
import { set1 } from '../../local/demo/set1.ts';
import { RunningCloud, root, until } from '../support/running-cloud.ts';
import { correctedSessions, correctedSummary, sessionsQuery, summaryQuery, valuesOf } from '../support/set-1.ts';

let cloud: RunningCloud;

afterAll(() => cloud.discard());

const land = () => landDemo(cloud.home, cloud.addresses, set1(root));

async function isRight() {
  expect((await cloud.query(summaryQuery)).rows).toMatchObject([correctedSummary]);
  const { rows } = await cloud.query(sessionsQuery);
  expect(valuesOf(rows)).toEqual(correctedSessions());
}

/** Every remote job that was launched, by the token of its order. */
async function launches(): Promise<string[]> {
  const runs = await cloud.runs();
  return runs.flatMap(({ layers }) => layers.flatMap(({ jobRuns }) => jobRuns));
}

describe('kill -9', () => {
  it('of the host while bronze runs costs nothing: the same job goes on', async () => {
    cloud = await RunningCloud.start({ options: ['--empty', '--sweep', '*/3 * * * * *'] });
    await land();
    await until('running bronze', async () =>
      (await cloud.runs()).some(({ layers }) => layers[0]?.outcome === 'running'),
    );
    await cloud.kill('host');
    await cloud.quiet(240);

    await isRight();
    const launched = await launches();
    expect(new Set(launched).size).toBe(launched.length);
    const [run] = await cloud.runs();
    for (const { jobRuns } of run?.layers ?? []) expect(jobRuns).toHaveLength(1);
  });

  it('of Spark while silver runs ends that attempt; a new one finishes the run', async () => {
    await cloud.discard();
    cloud = await RunningCloud.start({ options: ['--empty', '--sweep', '*/3 * * * * *'] });
    await land();
    await until(
      'running silver',
      async () => (await cloud.runs()).some(({ layers }) => layers[1]?.outcome === 'running'),
      120,
    );
    await cloud.kill('spark');
    const status = await cloud.quiet(240);

    expect(status).toMatchObject({ lastRun: { outcome: 'published' } });
    await isRight();
    const runs = await cloud.runs();
    expect(
      runs.flatMap(({ layers }) => layers.map(({ jobRuns }) => jobRuns.length)).some((attempts) => attempts > 1),
    ).toBe(true);
  });

  it('of everything, twice, in the middle of a run: started again, the run ends with the same tables', async () => {
    await cloud.discard();
    cloud = await RunningCloud.start({ options: ['--empty', '--sweep', '*/3 * * * * *'] });
    const { home } = cloud;
    await land();
    for (const layer of [0, 1]) {
      await until(
        'running layer',
        async () => (await cloud.runs()).some(({ layers }) => layers[layer] !== undefined),
        120,
      );
      await sleep(1000);
      await cloud.kill('everything');
      cloud = await RunningCloud.start({ home, options: ['--empty', '--sweep', '*/3 * * * * *'] });
    }
    await cloud.quiet(240);

    await isRight();
    const files = await cloud.files();
    expect(files.map(({ fate }) => fate)).toEqual(Array(6).fill('published'));
    const launched = await launches();
    expect(new Set(launched).size).toBe(launched.length);
  });
});
