import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../../environments/environment.ts';
import type { Groups } from '../../medallion/groups.ts';
import { createContainers } from './containers.ts';
import { Emulators, type EmulatorsPlan } from './emulators.ts';
import { type Addresses, forgetRunning, getHomeFiles, type Keys, openHome, writeWhole } from './home.ts';
import { lockHome } from './lock.ts';
import { findFreePort } from './ports.ts';

export interface StackPlan extends EmulatorsPlan {
  /** The app's port; 0 takes any that is free. */
  readonly port: number;
  readonly python: string;
  readonly jars: string;
  readonly wheel: string;
  /** The folder of the lakehouse, below the root or as a whole path. */
  readonly project: string;
  /** When the sweep looks at the landing zone: a cron text with seconds. */
  readonly sweep: string;
  /** False suppresses all events, so that only the sweep finds files. */
  readonly events: boolean;
  /** Whether all layers are built by jobs that are always on. */
  readonly streaming: boolean;
  /** Whether jobs run as on serverless compute. */
  readonly strict: boolean;
}

export interface Stack {
  readonly addresses: Addresses;
  /** The app comes last: what it needs has to be there, the catalog included. */
  startApp(): Promise<void>;
  /** The process of each emulator, by the name of its folder. */
  processes(): ReturnType<Emulators['processes']>;
  stop(): Promise<void>;
}

/** Starts the emulators, each in a process of its own, and keeps them alive. */
export async function startStack(plan: StackPlan): Promise<Stack> {
  const keys = openHome(plan.home);
  const unlock = lockHome(plan.home);
  const emulators = new Emulators(plan);
  const stop = async () => {
    forgetRunning(plan.home);
    await emulators.stop();
    unlock();
  };
  try {
    const appPort = await findFreePort(plan.port);
    const addresses = await startServices(plan, keys, appPort, emulators);
    const environment = createEnvironment(plan, addresses);
    writeWhole(addresses.environmentFile, JSON.stringify(environment, null, 2));
    return {
      addresses,
      startApp: () => startApp(plan, addresses, appPort, emulators),
      processes: () => emulators.processes(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Everything that the app needs, side by side. */
async function startServices(plan: StackPlan, keys: Keys, appPort: number, emulators: Emulators): Promise<Addresses> {
  const files = getHomeFiles(plan.home);
  const ports = { adls: await findFreePort(), tables: await findFreePort(), databricks: await findFreePort() };
  const [lake, registry, workspace] = await Promise.all([
    emulators.start<{ endpoint: string }>('adls', {
      ...keys.lake,
      port: ports.adls,
      root: files.adls,
      subscriptions: plan.events ? createSubscriptions(plan, appPort) : [],
    }),
    emulators.start<{ address: string }>('table-storage', {
      ...keys.stateTable,
      port: ports.tables,
      folder: files.tableStorage,
    }),
    emulators.start<{ url: string; certificateFile: string }>('databricks', {
      port: ports.databricks,
      home: files.databricks,
      bundle: path.join(plan.root, 'databricks/databricks.yml'),
      target: 'local',
      // As on Databricks, where a job may set next to nothing.
      variables: plan.strict ? { engine: 'databricks' } : {},
      wheel: plan.wheel,
      python: plan.python,
      jars: plan.jars,
      strict: plan.strict,
      volumes: { landing: files.landing, control: files.control, records: files.records },
      ...createPrincipals(keys, readBase(plan).databricks.groups),
    }),
  ]);
  await createContainers(lake.endpoint, keys);
  return {
    pid: process.pid,
    app: `http://127.0.0.1:${appPort}`,
    lake: lake.endpoint,
    registry: registry.address,
    workspace: workspace.url,
    certificateFile: workspace.certificateFile,
    environmentFile: files.environment,
  };
}

async function startApp(plan: StackPlan, addresses: Addresses, port: number, emulators: Emulators): Promise<void> {
  const files = getHomeFiles(plan.home);
  await emulators.start('functions-host', {
    appDirectory: plan.root,
    port,
    storeFile: files.store,
    blobsKey: readFileSync(files.blobsKey, 'utf8'),
    hostKey: readFileSync(files.hostKey, 'utf8'),
    settings: {
      MEDALLION_ENVIRONMENT: addresses.environmentFile,
      NODE_EXTRA_CA_CERTS: addresses.certificateFile,
      SWEEP_SCHEDULE: plan.sweep,
      TASK_HUB: 'MedallionLocal',
      LANDING: 'local',
    },
  });
  writeWhole(files.addresses, JSON.stringify(addresses, null, 2));
}

/** Events of closed and of renamed files in the landing zone go to the app. */
function createSubscriptions({ home }: StackPlan, appPort: number) {
  const key = readFileSync(getHomeFiles(home).blobsKey, 'utf8');
  const webhooks = `http://127.0.0.1:${appPort}/runtime/webhooks`;
  const subjectBeginsWith = '/blobServices/default/containers/landing/';
  return [
    {
      endpoint: `${webhooks}/blobs?functionName=Host.Functions.blobLanded&code=${key}`,
      subjectBeginsWith,
      apis: ['CopyBlob', 'FlushWithClose', 'PutBlob', 'PutBlockList', 'SftpCommit'],
    },
    {
      endpoint: `${webhooks}/EventGrid?functionName=pathRenamed&code=${key}`,
      subjectBeginsWith,
      apis: ['RenameDirectory', 'RenameFile'],
    },
  ];
}

/** Who speaks with which token, and the groups of each, as an account would have them. */
function createPrincipals({ databricksToken, deployerToken, people }: Keys, groups: Groups) {
  const tokens = Object.fromEntries(Object.entries(people).map(([person, token]) => [token, person]));
  return {
    tokens: { ...tokens, [databricksToken]: 'operator', [deployerToken]: 'deployer' },
    catalogOwner: 'deployer',
    groups: {
      operator: [groups.operators],
      jobs: [groups.jobs],
      tester: [groups.readers, groups.privacy],
      // Who gives a view to a group is a member of it. The deployer has no other right than that the catalog is its own.
      deployer: [groups.operators],
      developer: ['admins', groups.engineers, groups.privacy],
      analyst: [groups.readers],
      'privacy-officer': [groups.readers, groups.privacy],
    },
  };
}

const readBase = ({ root }: StackPlan) =>
  JSON.parse(readFileSync(path.join(root, 'environments/local.json'), 'utf8')) as Environment;

/** The committed environment, with the addresses of this start. */
function createEnvironment(plan: StackPlan, { lake, registry, workspace }: Addresses): Environment {
  const { control, keys, landing, records } = getHomeFiles(plan.home);
  const base = readBase(plan);
  return {
    ...base,
    project: plan.project,
    identity: { kind: 'local', keysFile: keys },
    landing: { ...base.landing, account: lake },
    control: { ...base.control, account: lake },
    records: { ...base.records, account: lake },
    stateTable: { ...base.stateTable, account: registry },
    ...(plan.streaming ? { modes: { bronze: 'continuous', silver: 'continuous', gold: 'continuous' } } : {}),
    databricks: {
      ...base.databricks,
      workspaceUrl: workspace,
      landingRoot: landing,
      controlRoot: control,
      recordsRoot: records,
    },
  };
}
