import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { buildWheel } from '../../tools/bootstrap/product.mjs';
import { landBase, visit, workout } from '../support/case-files.ts';
import { root } from '../support/root.ts';

/** The fitness lakehouse, but its visits cannot be computed while a file `broken` lies in this folder. */
function createBreakingProject(folder: string): string {
  const project = path.join(folder, 'breaking');
  cpSync(path.join(root, 'projects/fitness'), project, { recursive: true });
  const file = path.join(project, 'silver/gym_visits.py');
  const before = readFileSync(file, 'utf8');
  const check = `    if os.path.exists("${folder}/broken"):\n        raise ZeroDivisionError("as told")\n`;
  const after = before
    .replace('from pyspark.sql import DataFrame', 'import os\n\nfrom pyspark.sql import DataFrame')
    .replace('    return gym_logins', `${check}    return gym_logins`);
  if (!after.includes(`import os`) || !after.includes(check)) throw new Error(`Nothing of '${file}' was changed.`);
  writeFileSync(file, after);
  return project;
}

const folder = mkdtempSync(path.join(tmpdir(), 'failing-'));
let cloud: RunningStack;
beforeAll(async () => {
  const project = createBreakingProject(folder);
  vi.stubEnv('MEDALLION_WHEEL', await buildWheel(project));
  const options = ['--empty', '--sweep', '*/3 * * * * *', '--project', project];
  cloud = await RunningStack.start({ options });
  await landBase(cloud);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud?.dismiss();
});

const countRows = async (query: string) => Number((await cloud.query(query)).rows[0]?.['n']);
const countSummaries = () => countRows('SELECT count(*) AS n FROM gold.workout_bpm_summary');
const countVisits = () => countRows('SELECT count(*) AS n FROM silver.gym_visits');

describe('a table that cannot be computed', () => {
  it('holds back what is made of it five times, and neither stops the pipeline nor delays other tables', async () => {
    const summaries = await countSummaries();
    const visits = await countVisits();
    writeFileSync(path.join(folder, 'broken'), '');
    for (let n = 1; n <= 5; n++) {
      await cloud.land(`gym_logins/held-${n}.csv`, visit(`held ${n}`, 1_710_000_000 + n * 100_000));
      const isHeld = async () => (await cloud.getFile(`gym_logins/held-${n}.csv`)).status === 'blocked';
      await waitUntil(`blocked file ${n}`, isHeld);
    }
    const [last] = await cloud.listRuns();
    expect(last).toMatchObject({ outcome: 'blocked' });
    expect(last?.reason).toContain("Table 'silver.gym_visits' could not be computed: ZeroDivisionError.");

    await cloud.land('kafka_multiplex/other.json', workout('2', 1_700_103_600, 74));
    await cloud.waitUntilQuiet();
    expect(await cloud.getFile('kafka_multiplex/other.json')).toMatchObject({ status: 'published' });
    expect([await countSummaries(), await countVisits()]).toEqual([summaries + 1, visits]);
    expect((await cloud.getHealth()).pipelineState?.state ?? 'running').toBe('running');
  });

  it('catches up with the next run, once it can be computed', async () => {
    const visits = await countVisits();
    rmSync(path.join(folder, 'broken'));
    await cloud.land('gym_logins/next.csv', visit('next', 1_720_000_000));
    await cloud.waitUntilQuiet();
    expect(await cloud.getFile('gym_logins/next.csv')).toMatchObject({ status: 'published' });
    expect(await countVisits()).toBe(visits + 6);
    expect((await cloud.listRuns())[0]?.reason).toBeUndefined();
  });
});
