import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { waitUntil } from '../../bench/harness/target.ts';
import { holdPipeline, resumePipeline } from '../../cli/deployment/hold.ts';
import { ask, change, type Health } from '../../cli/operator.ts';
import { createContainers } from '../../cli/stack/containers.ts';
import { Emulators } from '../../cli/stack/emulators.ts';
import { getHomeFiles, openHome, writeWhole } from '../../cli/stack/home.ts';
import { findFreePort } from '../../cli/stack/ports.ts';
import { readEnvironment } from '../../environments/environment.ts';
import { root } from '../support/root.ts';

/** The app in its host, beside storage. Without files there is no work for a workspace, so there is none. */
const home = mkdtempSync(path.join(tmpdir(), 'hold-'));
const files = getHomeFiles(home);
const emulators = new Emulators({ root, home, faults: { seed: 1, faults: [] }, say: () => undefined });
let operator: { app: string };

beforeAll(async () => {
  const keys = openHome(home);
  const lakePort = await findFreePort();
  const tablePort = await findFreePort();
  const port = await findFreePort();
  const lakeOptions = { ...keys.lake, port: lakePort, root: files.adls, subscriptions: [] };
  const { endpoint } = await emulators.start<{ endpoint: string }>('adls', lakeOptions);
  const tableOptions = { ...keys.stateTable, port: tablePort, folder: files.tableStorage };
  const { address } = await emulators.start<{ address: string }>('table-storage', tableOptions);
  await createContainers(endpoint, keys);
  writeEnvironment(endpoint, address);
  await emulators.start('functions-host', {
    appDirectory: root,
    port,
    storeFile: files.store,
    blobsKey: readFileSync(files.blobsKey, 'utf8'),
    hostKey: readFileSync(files.hostKey, 'utf8'),
    settings: {
      MEDALLION_ENVIRONMENT: files.environment,
      // Never, so that whatever is alive again was woken by the resumption.
      SWEEP_SCHEDULE: '0 0 0 1 1 *',
      TASK_HUB: 'MedallionLocal',
      LANDING: 'local',
    },
  });
  operator = { app: `http://127.0.0.1:${port}` };
});
afterAll(async () => {
  await emulators.stop();
  rmSync(home, { recursive: true });
});

function writeEnvironment(lake: string, address: string): void {
  const base = readEnvironment(path.join(root, 'environments/local.json'));
  const environment = {
    ...base,
    identity: { kind: 'local', keysFile: files.keys },
    landing: { ...base.landing, account: lake },
    control: { ...base.control, account: lake },
    records: { ...base.records, account: lake },
    stateTable: { ...base.stateTable, account: address },
  };
  writeWhole(files.environment, JSON.stringify(environment));
}

const hold = { release: '7', patienceSeconds: 60, pollSeconds: 0.2 };
const reason = 'A test.';

async function waitFor(orchestrationStatus: string, isPublishing: boolean): Promise<void> {
  await waitUntil(`an operator that is ${orchestrationStatus}`, async () => {
    const health = await ask<Health>(operator, 'status');
    return health.orchestrationStatus === orchestrationStatus && health.isPublishing === isPublishing;
  });
}

it('a deployment ends the orchestrations of batches, and lets them go on', async () => {
  await change(operator, 'POST', 'pipeline/resume', { reason });
  await waitFor('Running', false);
  await holdPipeline(operator, hold);
  await waitFor('Completed', false);
  // A decision about streams wakes the pipeline, but not one that is paused.
  await change(operator, 'PATCH', 'streams/gold', { paused: true, reason });
  await change(operator, 'PATCH', 'streams/gold', { paused: false, reason });
  await waitFor('Completed', false);
  await resumePipeline(operator, hold.release);
  await waitFor('Running', false);
});

it('a deployment ends who publishes releases of streams, too', async () => {
  await change(operator, 'PATCH', 'streams/all', { mode: 'continuous', reason });
  await waitFor('Running', true);
  await holdPipeline(operator, hold);
  await waitFor('Completed', false);
  await resumePipeline(operator, hold.release);
  await waitFor('Running', true);
});
