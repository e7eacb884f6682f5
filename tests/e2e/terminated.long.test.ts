import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { getHomeFiles } from '../../cli/stack/home.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { landBase, visit } from '../support/case-files.ts';
import { noJobWasLaunchedTwice } from '../support/set-1-again.ts';

let cloud: RunningStack;
beforeAll(async () => {
  cloud = await RunningStack.start({ options: ['--empty', '--sweep', '*/3 * * * * *'] });
  await landBase(cloud);
});
afterAll(() => cloud.dismiss());

const instances = '/runtime/webhooks/durabletask/instances';

/** By the webhook of Durable Functions, as a person with the host's key would. */
async function terminate(id: string): Promise<void> {
  const key = readFileSync(getHomeFiles(cloud.home).hostKey, 'utf8');
  const url = `${cloud.addresses.app}${instances}/${id}/terminate?reason=by%20hand&code=${key}`;
  const response = await fetch(url, { method: 'POST' });
  if (!response.ok) throw new Error(`'${id}' was not terminated: ${response.status} ${await response.text()}`);
}

/** Lands a file, and waits until its run is in a layer. */
async function landUntil(gym: string, layer: string): Promise<RunRecord> {
  await cloud.land(`gym_logins/${gym}.csv`, visit(gym, 1_700_013_000));
  let run: RunRecord | undefined;
  await waitUntil(`run in ${layer}`, async () => {
    run = (await cloud.listRuns()).find((record) => record.outcome === 'running');
    return run?.layers.at(-1)?.layer === layer;
  });
  return run as RunRecord;
}

async function expectPublished(gym: string, { batch, startedAt }: RunRecord): Promise<RunRecord> {
  await cloud.waitUntilQuiet();
  expect(await cloud.getFile(`gym_logins/${gym}.csv`)).toMatchObject({ status: 'published', batch });
  const run = await cloud.get<RunRecord>(`runs/${batch}`);
  expect(run).toMatchObject({ outcome: 'published', startedAt });
  expect(run.layers.map(({ jobRuns }) => jobRuns.length)).toEqual([1, 1, 1]);
  await noJobWasLaunchedTwice(cloud);
  expect((await cloud.listRuns()).filter(({ outcome }) => outcome === 'running')).toEqual([]);
  return run;
}

describe('an instance that somebody terminates', () => {
  it('is taken up again under the same batch, if it is that of a run', async () => {
    const run = await landUntil('run', 'silver');
    const terminatedAt = new Date().toISOString();
    await terminate(`run-${run.batch}`);
    const ended = await expectPublished('run', run);
    const [bronze, silver] = ended.layers;
    expect(ended.endedAt?.localeCompare(terminatedAt)).toBe(1);
    expect([bronze?.outcome, silver?.outcome]).toEqual(['passed', 'passed']);
  });

  it('is started again, if it is that of the pipeline, and its run goes on', async () => {
    const run = await landUntil('pipeline', 'silver');
    await terminate('pipeline');
    await expectPublished('pipeline', run);
    await cloud.land('gym_logins/after.csv', visit('after', 1_700_023_000));
    await cloud.waitUntilQuiet();
    expect((await cloud.getFile('gym_logins/after.csv')).status).toBe('published');
  });
});
