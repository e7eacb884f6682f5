import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndedRun, runJob } from '../../bench/harness/jobs.ts';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { root } from './bundle-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'expectations-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The batch's own expectations, but for one rate. */
function alteredExpectations(): string {
  const own = readFileSync(path.join(root, 'projects/fitness/integration.json'), 'utf8');
  const file = path.join(folder, 'altered.json');
  writeFileSync(file, own.replace('"avg_bpm": 120.0', '"avg_bpm": 121.0'));
  return file;
}

/** Starts the integration test through the Jobs API, as the pipeline does, and waits for its end. */
const runIntegrationTest = (cloud: RunningStack, parameters: Record<string, string>): Promise<EndedRun> =>
  runJob(cloud, 'medallion-integration', { landing: `${cloud.home}/adls/landing`, ...parameters });

const modes = [
  { mode: 'batch', options: [] },
  { mode: 'streaming', options: ['--streaming'] },
];

describe.for(modes)('the integration test in $mode mode', { timeout: 1_800_000 }, ({ options }) => {
  let cloud: RunningStack;
  beforeAll(async () => {
    cloud = await RunningStack.start({ options: ['--empty', '--sweep', '*/2 * * * * *', ...options] });
  });
  afterAll(() => cloud.dismiss());

  it('finds the known batch in gold, and takes its rows back', async () => {
    const { code, error, log } = await runIntegrationTest(cloud, {});

    expect(error).toBe('');
    expect(code).toBe('SUCCESS');
    expect(log).toContain('was in gold as expected, and its rows are gone again');
    for (const table of ['bronze.bpm', 'silver.users', 'gold.gym_sessions'])
      expect((await cloud.query(`SELECT count(*) AS n FROM ${table}`)).rows, table).toEqual([{ n: 0n }]);
    expect(filesIn(path.join(cloud.home, 'adls/landing'))).toHaveLength(3);
  });

  it('fails when one expected row is altered, says which, and takes its rows back all the same', async () => {
    const { code, error } = await runIntegrationTest(cloud, { expected: alteredExpectations(), patience: '2' });

    expect(code).toBe('RUN_EXECUTION_ERROR');
    expect(error).toMatch(/gold\.workout_bpm_summary lacks .*"avg_bpm": 121\.0/);
    expect(error).toMatch(/gold\.workout_bpm_summary has .*"avg_bpm": 120\.0/);
    expect(error).not.toContain('gym_summary');
    expect(error).not.toContain('taken back');
  });
});

const filesIn = (place: string) =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
