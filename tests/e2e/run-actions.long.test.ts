import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { getHomeFiles, type Keys } from '../../cli/stack/home.ts';
import type { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { executed, send } from '../support/api.ts';
import { createBlockingProject, endlessVisit } from '../support/blocking-project.ts';

let cloud: RunningStack;
const header = 'mac_address,gym,login,logout';
const visit = (gym: number, login: number) => `4c:c5:9f:cb:13:bd,${gym},${login},${login + 3600}`;
const post = (path: string, reason = 'To see what happens.') => send(cloud.addresses.app, path, { reason });

async function land(path: string, ...lines: string[]) {
  await cloud.land(path, [header, ...lines, ''].join('\n'));
  await waitUntil(
    `registered '${path}'`,
    async () => (await cloud.listFiles(`path=${encodeURIComponent(path)}`)).length > 0,
  );
}

/** What the workspace says of the runs that it has had, newest first. */
async function jobRuns(): Promise<
  { run_id: number; status: { state: string; termination_details?: { code: string } } }[]
> {
  const keys = JSON.parse(readFileSync(getHomeFiles(cloud.home).keys, 'utf8')) as Keys;
  const { get } = await import('node:https');
  const ca = readFileSync(cloud.addresses.certificateFile);
  const headers = { authorization: `Bearer ${keys.databricksToken}` };
  const text = await new Promise<string>((resolve, reject) => {
    get(`${cloud.addresses.workspace}/api/2.2/jobs/runs/list`, { ca, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve(body));
    }).on('error', reject);
  });
  return (JSON.parse(text) as { runs: Awaited<ReturnType<typeof jobRuns>> }).runs;
}

/** The gyms with visits that are not quarantined, in the layer that releases are made of. */
const listGyms = async () =>
  (await cloud.query('SELECT DISTINCT gym FROM silver.gym_visits')).rows.map(({ gym }) => String(gym));

const newest = async () => (await cloud.listRuns())[0] as RunRecord;

beforeAll(async () => {
  cloud = await RunningStack.start({
    options: ['--empty', '--sweep', '*/3 * * * * *', '--project', createBlockingProject()],
  });
  await land('gym_logins/a.csv', visit(1, 1_700_000_000));
  await cloud.waitUntilQuiet();
});

afterAll(() => cloud.dismiss());

describe('a paused pipeline', () => {
  it('registers files and takes up none of them, until it is resumed', async () => {
    await post('pipeline/pause', 'Maintenance.');
    await land('gym_logins/b.csv', visit(2, 1_700_100_000));
    await waitUntil(
      'a pipeline that has looked and found itself paused, and ends',
      async () => (await cloud.getHealth()).orchestrationStatus === 'Completed',
      20,
    );
    expect((await cloud.getHealth()).runningRuns).toEqual([]);
    expect(await cloud.getFile('gym_logins/b.csv')).toMatchObject({ status: 'pending' });

    await post('pipeline/resume', 'Done.');
    await cloud.waitUntilQuiet();
    expect(await cloud.getFile('gym_logins/b.csv')).toMatchObject({ status: 'published' });
  });
});

describe('a run', () => {
  it('that is cancelled ends, and its job in the workspace with it; retried, it is published', async () => {
    const before = await jobRuns();
    await land('gym_logins/c.csv', visit(3, 1_700_200_000));
    await waitUntil('a job for the new file', async () => (await jobRuns()).length > before.length, 60);
    const { batch, outcome } = await newest();
    expect(outcome).toBe('running');
    expect((await post(`runs/${batch}/cancel`, 'It was the wrong file.')).status).toBe(202);
    await cloud.waitUntilQuiet();

    const run = await cloud.get<RunRecord>(`runs/${batch}`);
    expect(run).toMatchObject({ outcome: 'cancelled', reason: "Cancelled by 'local': It was the wrong file." });
    const ended = (await jobRuns()).slice(0, (await jobRuns()).length - before.length);
    expect(ended.map(({ status }) => status.state)).toEqual(ended.map(() => 'TERMINATED'));
    expect(ended.map(({ status }) => status.termination_details?.code)).toContain('USER_CANCELED');
    expect((await post(`runs/${batch}/cancel`)).status).toBe(409);

    const retried = await post(`runs/${batch}/retry`, 'It was the right one.');
    expect(retried.status).toBe(202);
    expect(await executed(cloud, retried.body.plan)).toMatchObject({ outcome: 'published' });
    expect(await cloud.getFile('gym_logins/c.csv')).toMatchObject({ status: 'published', accepted: 1 });
    const { entries } = await cloud.get<{ entries: AuditEntry[] }>(`audit-log?target=${batch}`);
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['retry', 'local'],
      ['cancel', 'local'],
    ]);
  });

  it('that is cancelled and skipped leaves nothing of its files behind, however many runs follow', async () => {
    const before = await jobRuns();
    await land('gym_logins/wrong.csv', visit(4, 1_700_300_000));
    await waitUntil('a job for the new file', async () => (await jobRuns()).length > before.length, 60);
    const { batch } = await newest();
    expect((await post(`runs/${batch}/cancel`, 'It was the wrong file.')).status).toBe(202);
    await cloud.waitUntilQuiet();
    expect(await post(`runs/${batch}/skip`, 'Nobody needs it.')).toMatchObject({ status: 200, body: { files: 1 } });

    await land('gym_logins/d.csv', visit(5, 1_700_400_000));
    await cloud.waitUntilQuiet();
    expect(await cloud.getFile('gym_logins/d.csv')).toMatchObject({ status: 'published' });
    expect(await cloud.getFile('gym_logins/wrong.csv')).toMatchObject({ status: 'excluded' });
    expect(await listGyms()).not.toContain('4');
  });

  it('that is blocked is skipped with a reason, and its files are too', async () => {
    await land('gym_logins/broken.csv', endlessVisit);
    await cloud.waitUntilQuiet();
    const { batch, outcome } = await newest();
    expect(outcome).toBe('blocked');
    expect(await post(`runs/${batch}/skip`, 'The sender was told.')).toMatchObject({ status: 200, body: { files: 1 } });
    expect(await cloud.getFile('gym_logins/broken.csv')).toMatchObject({
      status: 'excluded',
      reason: "Skipped by 'local': The sender was told.",
    });
    expect((await post(`runs/${batch}/retry`)).status).toBe(409);
    await cloud.waitUntilQuiet();
  });
});

describe('a file', () => {
  it('that is excluded leaves bronze and the release, and comes back when it is included', async () => {
    const { file } = await cloud.getFile('gym_logins/a.csv');
    expect(await listGyms()).toContain('1');
    expect((await post(`files/${file}/exclude`, 'It was a test.')).status).toBe(202);
    expect(await cloud.getFile('gym_logins/a.csv')).toMatchObject({
      status: 'excluded',
      reason: "Excluded by 'local': It was a test.",
    });
    await cloud.waitUntilQuiet();
    expect(await listGyms()).not.toContain('1');
    expect((await cloud.query("SELECT * FROM landed.gym_logins WHERE _path = 'gym_logins/a.csv'")).rows).toEqual([]);

    expect((await post(`files/${file}/include`, 'It was none.')).status).toBe(202);
    await cloud.waitUntilQuiet();
    expect(await cloud.getFile('gym_logins/a.csv')).toMatchObject({ status: 'published' });
    expect(await listGyms()).toContain('1');
  });
});

describe('a release', () => {
  it('is rolled back to, and readers see what they saw then', async () => {
    const { releases } = await cloud.get<{ releases: { release: string; isCurrent: boolean; definitions?: object }[] }>(
      'releases',
    );
    expect(releases.map(({ isCurrent }) => isCurrent)).toEqual(releases.map((_, at) => at === 0));
    expect(Object.keys(releases[0]?.definitions ?? {})).toContain('gold.gym_summary');
    const oldest = releases.at(-1)?.release;
    expect((await post(`releases/${oldest}/roll-back`, 'The new one is wrong.')).status).toBe(200);
    expect(await cloud.getHealth()).toMatchObject({
      currentRelease: { release: oldest, publishedAs: expect.stringContaining(`${oldest}-`) },
      pipelineState: { state: 'paused', reason: expect.stringContaining('The new one is wrong.') },
    });
    const recorded = await cloud.query('SELECT release, verdicts FROM ops.releases ORDER BY number DESC LIMIT 1');
    expect(recorded.rows[0]).toMatchObject({
      release: expect.stringContaining(`${oldest}-`),
      verdicts: expect.stringContaining('The new one is wrong.'),
    });
  });
});
