import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { landSet1, noJobWasLaunchedTwice, set1IsRight } from '../support/set-1-again.ts';

const options = ['--empty', '--sweep', '*/3 * * * * *'];

it('kill -9 of everything, twice, in the middle of a run: started again, the run ends with the same tables', async () => {
  let cloud = await RunningStack.start({ options });
  const { home } = cloud;
  await landSet1(cloud);
  for (const policy of [1, 8]) {
    await sleep(policy * 1000);
    await cloud.kill('everything');
    cloud = await RunningStack.start({ home, options });
  }
  const status = await cloud.waitUntilQuiet();

  expect(status).toMatchObject({ lastRun: { outcome: 'published' } });
  await set1IsRight(cloud);
  await noJobWasLaunchedTwice(cloud);
  await cloud.dismiss();
});
