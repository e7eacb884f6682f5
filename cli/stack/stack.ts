import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../../environments/environment.ts';
import { type Child, keepAlive } from './child.ts';
import { makeContainers } from './containers.ts';
import type { Faults } from './faults.ts';
import { type Addresses, filesOf, forgetRunning, type Keys, openHome, writeWhole } from './home.ts';
import { lockHome } from './lock.ts';
import { freePort } from './ports.ts';

export interface CloudPlan {
  /** The project's folder. */
  readonly root: string;
  /** Where all state lies. */
  readonly home: string;
  /** The app's port; 0 takes any that is free. */
  readonly port: number;
  readonly python: string;
  readonly jars: string;
  readonly wheel: string;
  /** When the sweep looks at the landing zone: a cron text with seconds. */
  readonly sweep: string;
  /** False suppresses all events, so that only the sweep finds files. */
  readonly events: boolean;
  /** Whether all layers are built by jobs that are always on. */
  readonly streaming: boolean;
  /** What goes wrong on purpose, in the first life of each process. */
  readonly faults: Faults;
  readonly say: (line: string) => void;
}

export interface Cloud {
  readonly addresses: Addresses;
  /** The app comes last: what it needs has to be there, the catalog included. */
  startApp(): Promise<void>;
  processes(): Record<string, number | undefined>;
  stop(): Promise<void>;
}

/** Where the emulator of each process lies, if its folder has another name. */
const folders: Readonly<Record<string, string>> = { host: 'functions-host', lake: 'adls', registry: 'table-storage' };

/** Starts the stand-ins of the cloud, each in a process of its own, and keeps them alive. */
export async function startCloud(plan: CloudPlan): Promise<Cloud> {
  const files = filesOf(plan.home);
  const keys = openHome(plan.home);
  const unlock = lockHome(plan.home);
  const children: Record<string, Child<unknown>> = {};
  const start = async <Ready>(name: string, options: object) => {
    const faults = name in plan.faults ? plan.faults[name as keyof Faults] : undefined;
    const entry = path.join(plan.root, 'emulators', folders[name] ?? name, 'main.ts');
    const child = await keepAlive<Ready>({
      name,
      entry,
      options,
      ...(faults === undefined ? {} : { firstOptions: { faults } }),
      logs: files.logs,
      readySeconds: 120,
      say: plan.say,
    });
    children[name] = child;
    return child.ready;
  };
  const stop = async () => {
    forgetRunning(plan.home);
    // The host goes first: it must not see the others leave.
    await children['host']?.stop();
    await Promise.all(Object.values(children).map((child) => child.stop()));
    unlock();
  };

  try {
    const ports = {
      app: await freePort(plan.port),
      lake: await freePort(),
      registry: await freePort(),
      workspace: await freePort(),
    };
    const blobsKey = readFileSync(files.blobsKey, 'utf8');
    const hook = `http://127.0.0.1:${ports.app}/runtime/webhooks/blobs?functionName=Host.Functions.blobLanded&code=${blobsKey}`;
    const subscription = {
      endpoint: hook,
      subjectBeginsWith: '/blobServices/default/containers/landing/',
      apis: ['CopyBlob', 'PutBlob', 'PutBlockList', 'FlushWithClose'],
    };
    const [lake, registry, workspace] = await Promise.all([
      start<{ endpoint: string }>('lake', {
        ...keys.lake,
        port: ports.lake,
        root: files.lake,
        subscriptions: plan.events ? [subscription] : [],
      }),
      start<{ address: string }>('registry', { ...keys.stateTable, port: ports.registry, folder: files.registry }),
      start<{ url: string; certificateFile: string }>('databricks', {
        port: ports.workspace,
        home: files.databricks,
        bundle: path.join(plan.root, 'databricks/databricks.yml'),
        target: 'local',
        variables: {},
        wheel: plan.wheel,
        python: plan.python,
        jars: plan.jars,
        ...principals(keys),
      }),
    ]);
    await makeContainers(lake.endpoint, keys);
    const addresses: Addresses = {
      pid: process.pid,
      app: `http://127.0.0.1:${ports.app}`,
      lake: lake.endpoint,
      registry: registry.address,
      workspace: workspace.url,
      certificateFile: workspace.certificateFile,
      environmentFile: files.environment,
    };
    writeWhole(files.environment, JSON.stringify(localEnvironment(plan, addresses), null, 2));

    const startApp = async () => {
      const settings = {
        MEDALLION_ENVIRONMENT: files.environment,
        NODE_EXTRA_CA_CERTS: addresses.certificateFile,
        SWEEP_SCHEDULE: plan.sweep,
        TASK_HUB: 'MedallionLocal',
        LANDING: 'local',
      };
      await start('host', { appDirectory: plan.root, port: ports.app, storeFile: files.host, settings, blobsKey });
      writeWhole(files.addresses, JSON.stringify(addresses, null, 2));
    };
    const processes = () => Object.fromEntries(Object.entries(children).map(([name, child]) => [name, child.pid()]));
    return { addresses, startApp, processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Who speaks with which token, and the groups of each, as an account would have them. */
function principals({ databricksToken, deployerToken, people }: Keys) {
  const tokens = Object.fromEntries(Object.entries(people).map(([person, token]) => [token, person]));
  return {
    tokens: { ...tokens, [databricksToken]: 'operator', [deployerToken]: 'deployer' },
    groups: {
      operator: ['medallion-operators'],
      deployer: ['admins'],
      developer: ['admins', 'medallion-engineers', 'medallion-privacy'],
      analyst: ['medallion-readers'],
      'privacy-officer': ['medallion-readers', 'medallion-privacy'],
    },
  };
}

/** The committed environment, with the addresses that this start was given. */
function localEnvironment({ home, root, streaming }: CloudPlan, { lake, registry, workspace }: Addresses): Environment {
  const files = filesOf(home);
  const base = JSON.parse(readFileSync(path.join(root, 'environments/local.json'), 'utf8')) as Environment;
  return {
    ...base,
    identity: { kind: 'local', keysFile: files.keys },
    landing: { ...base.landing, account: lake },
    control: { ...base.control, account: lake },
    stateTable: { ...base.stateTable, account: registry },
    ...(streaming ? { modes: { bronze: 'continuous', silver: 'continuous', gold: 'continuous' } } : {}),
    databricks: { ...base.databricks, workspaceUrl: workspace, landingRoot: files.landing, controlRoot: files.control },
  };
}
