import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { createBlockingProject, endlessVisit } from '../support/blocking-project.ts';
import { readFilesInLoop } from '../support/read-files.ts';
import { readInLoop } from '../support/reader.ts';
import { readReleased } from '../support/released-state.ts';
import { landSet1 } from '../support/set-1-again.ts';
import { keepVersionsForASecond } from '../support/short-retention.ts';

const releases = 20;
/** Twenty runs beside readers that never rest. */
const timeout = 3_600_000;
/** Every fourth file breaks a rule, so that the gate must hold it; the one after it puts it right, under the same name. */
const isHeld = (n: number) => n % 4 === 3;
const header = 'mac_address,gym,login,logout';
const visit = (n: number) => `4c:c5:9f:cb:13:bd,${n},${1_678_500_000 + n * 100},${1_678_590_000 + n * 100}`;
const contentOf = (n: number) => [header, visit(n), ...(isHeld(n) ? [endlessVisit] : []), ''].join('\n');

let cloud: RunningStack;
beforeAll(async () => {
  cloud = await RunningStack.start({ options: ['--empty', '--project', createBlockingProject()] });
  await landSet1(cloud);
  await cloud.waitUntilQuiet();
  await keepVersionsForASecond(cloud);
});
afterAll(() => cloud.dismiss());

const alone = 'SELECT count(*) AS n, sum(minutes_in_gym) AS minutes FROM gold.gym_summary';
const statements = [alone, 'SELECT count(*) AS n, count(DISTINCT gym) AS gyms FROM gold.gym_sessions'];

/** Counts come as big integers, which JSON does not know. */
const toNumber = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

const toSums = (text: string) => {
  const [row = { n: 0, minutes: 0 }] = JSON.parse(text) as { n: number; minutes: number }[];
  return `${row.n} ${row.minutes.toFixed(6)}`;
};

it('readers in loops see released states only, while 20 runs publish 15 and block 5', { timeout }, async () => {
  const single = readInLoop(() => cloud.useWarehouse(async (ask) => JSON.stringify((await ask(alone)).rows, toNumber)));
  const several = readInLoop(() => readReleased(cloud, statements));
  const files = await readFilesInLoop(cloud, 'gold_published.gym_summary');

  const runs: RunRecord[] = [];
  const states = new Set<string>();
  for (let n = 0; n < releases; n += 1) {
    const before = (await cloud.listRuns()).length;
    const target = n > 0 && isHeld(n - 1) ? n - 1 : n;
    await cloud.land(`gym_logins/visits-${target}.csv`, contentOf(n));
    await waitUntil('a run', async () => (await cloud.listRuns()).length > before);
    await cloud.waitUntilQuiet();
    runs.push((await cloud.listRuns())[0] as RunRecord);
    states.add(await readReleased(cloud, statements));
  }
  const seen = await single.stop();
  const whole = [...(await several.stop())].filter((text) => text !== '');
  const byFile = await files.stop();

  expect(runs.map(({ outcome }) => outcome)).toEqual(runs.map((_, n) => (isHeld(n) ? 'blocked' : 'published')));
  // A release is one state of all tables: whoever read it twice read the same.
  const names = whole.map((text) => text.split(' ', 1)[0]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(5);
  // Nothing but released states was ever seen; the first one is that of the set before the loop.
  expect(seen.size).toBeGreaterThan(5);
  expect(seen.size).toBeLessThanOrEqual(states.size + 1);
  // An engine that knows no view saw the same: each version of the table is a release.
  const sums = new Set([...seen].map(toSums));
  expect(byFile.size).toBeGreaterThan(5);
  for (const text of byFile) expect(sums).toContain(text);
  const { rows } = await cloud.query("SELECT count(DISTINCT release) AS n FROM ops.releases WHERE state = 'published'");
  expect(Number(rows[0]?.['n'])).toBeGreaterThanOrEqual(1 + releases - 5);
  console.log(`${seen.size} states of one table and ${whole.length} of two were seen in ${releases} runs.`);
});
