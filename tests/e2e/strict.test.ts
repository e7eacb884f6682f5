import { globSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countStatements, listCountedTasks } from '../../bench/harness/counted-statements.ts';
import { runJob } from '../../bench/harness/jobs.ts';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { landSet1, noJobWasLaunchedTwice, set1IsRight } from '../support/set-1-again.ts';

let cloud: RunningStack;
beforeAll(async () => {
  cloud = await RunningStack.start({ options: ['--empty', '--strict'] });
});
afterAll(() => cloud.dismiss());

describe('set 1 under the restrictions of serverless compute', () => {
  it('is published with the same rows', async () => {
    await landSet1(cloud);
    const status = await cloud.waitUntilQuiet();

    expect(status).toMatchObject({ lastRun: { outcome: 'published' }, files: { published: 6 } });
    await set1IsRight(cloud);
    await noJobWasLaunchedTwice(cloud);
  });

  const files = () => listCountedTasks(cloud.home);
  const sum = (tasks: readonly string[], kind: 'metadata' | 'statement') => countStatements(cloud.home, tasks, kind);

  it('asks Spark for the version of each table once, while all are new', () => {
    expect(files()).toHaveLength(3);
    expect(sum(files(), 'statement')).toBeLessThanOrEqual(130);
    // Seven tables of bronze, six of silver, three of gold: nobody has written down yet where they are.
    expect(sum(files(), 'metadata')).toBeLessThanOrEqual(16);
  });

  it('asks in a later batch for the tables alone that were written', async () => {
    const before = files();
    await cloud.land(
      'gym_logins/later.csv',
      'mac_address,gym,login,logout\n4c:c5:9f:cb:13:bd,9,1700200000,1700203600\n',
    );
    await waitUntil('its file', async () => (await cloud.getFile('gym_logins/later.csv')).status === 'published');
    const later = files().filter((file) => !before.includes(file));
    expect(later).toHaveLength(3);
    expect(sum(later, 'metadata')).toBeLessThanOrEqual(5);
  });

  it('is maintained with no more grants than the contracts give to jobs', async () => {
    const records = path.join(cloud.home, 'adls/records');
    const { error } = await runJob(cloud, 'medallion-maintenance', { records });
    expect(error).toBe('');
    expect(globSync('reports/maintenance-*/maintenance/*.json', { cwd: records })).toHaveLength(1);
  });
});
