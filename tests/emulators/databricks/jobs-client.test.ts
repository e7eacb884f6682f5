import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../../../cloud/credentials.ts';
import { createJobsClient } from '../../../cloud/databricks-jobs.ts';
import type { Fault, Faults } from '../../../emulators/shared/faults.ts';
import type { Environment } from '../../../environments/environment.ts';
import { JobServiceError } from '../../../medallion/errors.ts';
import { TestWorkspace } from './test-workspace.ts';

/** The product's own client of jobs against the emulator, where calls go wrong. */
const jobs = '/api/2.2/jobs';
const fail = (call: string, nth: number, status: number, code: string, message: string): Fault => ({
  at: { service: 'databricks', call, nth },
  do: 'fail',
  status,
  body: { error_code: code, message },
});
const faults: Faults = {
  faults: [
    fail(`POST ${jobs}/run-now`, 2, 400, 'INVALID_PARAMETER_VALUE', 'Job 1 does not exist.'),
    fail(`POST ${jobs}/run-now`, 4, 400, 'RESOURCE_DOES_NOT_EXIST', 'Job 1 does not exist.'),
    fail(`GET ${jobs}/runs/get`, 3, 403, 'PERMISSION_DENIED', 'Not now.'),
    fail(`GET ${jobs}/runs/get`, 4, 404, 'ENDPOINT_NOT_FOUND', 'Nothing is here.'),
    fail(`GET ${jobs}/runs/get`, 5, 401, 'UNAUTHENTICATED', 'The token has expired.'),
    { at: { service: 'databricks', call: `GET ${jobs}/list`, nth: 5 }, do: 'duplicate' },
  ],
};

let workspace: TestWorkspace;
const trusted = getCACertificates();
beforeAll(async () => {
  workspace = new TestWorkspace({ faults });
  const bundle = path.join(workspace.home, 'bundle');
  cpSync(path.join(import.meta.dirname, 'fixture'), bundle, { recursive: true });
  writeFileSync(path.join(bundle, 'resources/more-jobs.yml'), `resources:\n  jobs:\n${createJobs()}`);
  workspace.options.bundle = path.join(bundle, 'databricks.yml');
  await workspace.start();
  setDefaultCACertificates([...trusted, workspace.certificate]);
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await workspace.end();
});

/** Two jobs of a name, as a bundle and a person may have made them, and one that takes what a layer's job takes. */
const createJobs = () =>
  ['twin_of_bundle', 'twin_of_person']
    .map(
      (key) => `    ${key}:
      name: twin
      tasks:
        - task_key: wait
          python_wheel_task: { package_name: rehearsal, entry_point: greet }
`,
    )
    .join('')
    .concat(`    takes_orders:
      name: takes_orders
      max_concurrent_runs: 8
      parameters:
${['batch', 'attempt', 'catalog', 'landing', 'control', 'mode'].map((name) => `        - { name: ${name}, default: "" }\n`).join('')}      tasks:
        - task_key: greet
          python_wheel_task: { package_name: rehearsal, entry_point: greet }
`);

function createClient() {
  const names = { bronze: 'takes_orders', silver: 'takes_orders', gold: 'twin' };
  const databricks = {
    workspaceUrl: workspace.url.origin,
    warehouseId: 'local',
    jobs: names,
    landingRoot: '/l',
    controlRoot: '/c',
    catalog: 'c',
  };
  const credentials = { databricksToken: async () => 'token-of-ann' } as unknown as Credentials;
  return createJobsClient({ databricks } as unknown as Environment, credentials, 0.01);
}

const createOrder = (batch: string, layer: 'bronze' | 'gold' = 'bronze') => ({ batch, layer, attempt: 1 }) as const;

async function countRuns(): Promise<number> {
  const { runs = [] } = await workspace.jobs<{ runs?: object[] }>('GET', 'runs/list', { limit: 25 });
  return runs.length;
}

describe('a job that was made anew', () => {
  it('is looked up again and started once', async () => {
    const client = createClient();
    const submissions = [];
    for (const batch of ['first', 'second', 'third']) submissions.push(await client.submit(createOrder(batch)));
    expect(submissions.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await countRuns()).toBe(3);
  });
});

describe('a poll that is refused', () => {
  it.each(['PERMISSION_DENIED', 'ENDPOINT_NOT_FOUND', 'UNAUTHENTICATED'])(
    'says nothing of the run, which is asked about again: %s',
    async (code) => {
      const client = createClient();
      const runs = await countRuns();
      const { runs: [newest] = [] } = await workspace.jobs<{ runs?: { run_id: number }[] }>('GET', 'runs/list');
      const jobRun = String(newest?.run_id);
      if (code === 'PERMISSION_DENIED') for (let poll = 0; poll < 2; poll++) await client.getState(jobRun);
      await expect(client.getState(jobRun)).rejects.toThrow(`Run '${jobRun}' could not be read: ${code}`);
      expect(await countRuns()).toBe(runs);
    },
  );

  it('ends a run that does not exist', async () => {
    expect(await createClient().getState('1')).toEqual({
      state: 'ended',
      code: 'INVALID_PARAMETER_VALUE',
      reason: "Run '1': Run 1 does not exist.",
      isRetryable: true,
    });
  });
});

describe('two jobs of a name', () => {
  it('are not started, and the reason names both', async () => {
    const runs = await countRuns();
    const submission = createClient().submit(createOrder('fourth', 'gold'));
    await expect(submission).rejects.toThrow(JobServiceError);
    await expect(submission).rejects.toThrow(/^Jobs '\d+', '\d+' in '.*' have the same name 'twin'\. Delete those/);
    expect(await countRuns()).toBe(runs);
  });

  it('are an outage, which ends when one of them is gone', async () => {
    const client = createClient();
    const runs = await countRuns();
    await expect(client.submit(createOrder('fifth'))).rejects.toThrow(/^Jobs '\d+', '\d+' in '.*' have the same name/);
    expect(await countRuns()).toBe(runs);
    expect(await client.submit(createOrder('fifth'))).toMatchObject({ kind: 'accepted' });
    expect(await countRuns()).toBe(runs + 1);
  });
});
