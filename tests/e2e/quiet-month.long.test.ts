import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { listViolations } from '../../medallion/quality/verdict.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { send } from '../support/api.ts';
import { createBlockingProject, endlessVisit } from '../support/blocking-project.ts';
import { landSet1 } from '../support/set-1-again.ts';
import { keepVersionsForASecond } from '../support/short-retention.ts';

const header = 'mac_address,gym,login,logout';
/** A visit during which somebody of set 1 works out, so that it is in gold. */
const visit = (gym: number) => `4c:c5:9f:cb:13:bd,${gym},${1_678_500_000 + gym * 100},${1_678_590_000 + gym * 100}`;

let cloud: RunningStack;

async function run(path: string, ...lines: string[]): Promise<RunRecord> {
  const before = (await cloud.listRuns()).length;
  await cloud.land(path, [header, ...lines, ''].join('\n'));
  await waitUntil('a run', async () => (await cloud.listRuns()).length > before);
  await cloud.waitUntilQuiet();
  return (await cloud.listRuns())[0] as RunRecord;
}

async function letAMonthPass(): Promise<void> {
  await keepVersionsForASecond(cloud);
  await sleep(2000);
}

const readGold = async () =>
  (await cloud.query('SELECT count(*) AS n, sum(minutes_in_gym) AS minutes FROM gold.gym_summary')).rows;

describe('after a month in which nothing landed', () => {
  let first: RunRecord;
  let firstRows: unknown;
  let released: unknown;
  beforeAll(async () => {
    cloud = await RunningStack.start({
      options: ['--empty', '--sweep', '*/3 * * * * *', '--project', createBlockingProject()],
    });
    first = await landSet1(cloud);
    await cloud.waitUntilQuiet();
    firstRows = await readGold();
    expect(await run('gym_logins/a.csv', visit(1))).toMatchObject({ outcome: 'published' });
    released = await readGold();
    await letAMonthPass();
  });
  afterAll(() => cloud.dismiss());

  it('the next batch is judged, and its gate holds it', async () => {
    const { layers, outcome } = await run('gym_logins/b.csv', visit(2), endlessVisit);
    expect(outcome).toBe('blocked');
    const violations = layers.flatMap(({ verdict }) => (verdict ? listViolations(verdict) : []));
    expect(violations.filter(({ failingRows }) => failingRows === undefined)).toEqual([]);
  });

  it('readers still read the last release', async () => {
    expect(await readGold()).toEqual(released);
  });

  it('the next good batch is judged by all gates and published', async () => {
    expect(await run('gym_logins/b.csv', visit(2))).toMatchObject({ outcome: 'published' });
    expect(await readGold()).not.toEqual(released);
  });

  it('a roll back shows the rows of the first release, and another one those of a later release', async () => {
    const last = await readGold();
    const { batch } = (await cloud.listRuns())[0] as RunRecord;
    const rollBack = (name: string) =>
      send(cloud.addresses.app, `releases/r-${name}/roll-back`, { reason: 'The last is wrong.' });
    expect(await rollBack(first.batch)).toMatchObject({ status: 200 });
    expect(await readGold()).toEqual(firstRows);
    expect(await rollBack(batch)).toMatchObject({ status: 200 });
    expect(await readGold()).toEqual(last);
  });
});
