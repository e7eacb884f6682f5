import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { createBlockingProject, endlessVisit } from '../support/blocking-project.ts';
import { readInLoop } from '../support/reader.ts';
import { landSet1 } from '../support/set-1-again.ts';

const releases = 20;
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
});
afterAll(() => cloud.dismiss());

/** One statement over two tables that each tell their release: rows of different releases do not meet. */
const together = `SELECT s._release AS release, count(*) AS sessions, count(DISTINCT s.gym) AS gyms
  FROM gold_released.gym_sessions s JOIN gold_released.gym_summary m USING (date, gym, mac_address, _release) GROUP BY ALL`;
const alone =
  'SELECT _release AS release, count(*) AS n, sum(minutes_in_gym) AS minutes FROM gold_released.gym_summary GROUP BY ALL';

it('readers in a loop see whole releases only, while 20 runs publish 15 and hold 5', async () => {
  const seen = (statement: string) =>
    cloud.useWarehouse(async (ask) => {
      const said = async () => {
        const { rows } = await ask(statement);
        return JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
      };
      return said();
    });
  const loop = readInLoop(() => seen(alone));
  const joined = readInLoop(() => seen(together));

  const runs: RunRecord[] = [];
  for (let n = 0; n < releases; n += 1) {
    const before = (await cloud.listRuns()).length;
    const target = n > 0 && isHeld(n - 1) ? n - 1 : n;
    await cloud.land(`gym_logins/visits-${target}.csv`, contentOf(n));
    await waitUntil('a run', async () => (await cloud.listRuns()).length > before);
    await cloud.waitUntilQuiet();
    runs.push((await cloud.listRuns())[0] as RunRecord);
  }
  const states = await loop.stop();
  const pairs = await joined.stop();

  expect(runs.map(({ outcome }) => outcome)).toEqual(runs.map((_, n) => (isHeld(n) ? 'blocked' : 'published')));
  // A release is one state of a table: whoever read it twice read the same.
  const byRelease = [...states].map((text) => JSON.parse(text) as { release: string }[]);
  expect(byRelease.every((rows) => rows.length === 1)).toBe(true);
  const names = byRelease.map(([row]) => row?.release);
  expect(new Set(names).size).toBe(names.length);
  const published = new Set(runs.flatMap(({ release }) => release ?? []));
  expect(names.filter((name) => name !== undefined && published.has(name)).length).toBeGreaterThan(5);
  // Two tables are of one release, or they do not meet; never anything else.
  for (const text of pairs) expect((JSON.parse(text) as unknown[]).length).toBeLessThanOrEqual(1);
  const { rows } = await cloud.query('SELECT count(DISTINCT release) AS n FROM ops.releases');
  expect(Number(rows[0]?.['n'])).toBeGreaterThanOrEqual(1 + releases - 5);
  console.log(`${states.size} states of one table and ${pairs.size} of two were seen in ${releases} runs.`);
});
