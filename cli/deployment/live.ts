import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../environments/environment.ts';
import { createSender, readAccount } from './azure-cli.ts';
import { type Context, createContext } from './context.ts';
import { getApplicationId } from './lookups.ts';
import type { Ports } from './ports.ts';
import { createPrograms } from './programs.ts';
import { readRelease, requireBuiltProject } from './release.ts';

interface Options {
  readonly environmentFile: string;
  readonly patienceMinutes: number;
  readonly isRollback: boolean;
}

/** The services themselves, with the rights of whoever is signed in. */
export async function createLiveContext(environment: Environment, options: Options): Promise<Context> {
  requireBuiltProject(environment);
  const release = readRelease();
  const { environmentFile, isRollback, patienceMinutes } = options;
  const ports: Ports = {
    account: await readAccount(),
    send: createSender(async () => `api://${await getApplicationId(context)}`),
    programs: createPrograms({ environmentFile, target: environment.name, release, patienceMinutes }),
    wait: (seconds) => sleep(seconds * 1000),
    now: () => new Date(),
    log: (line) => console.log(line),
  };
  const databricksAccount = environment.deployment?.databricksAccount ?? process.env['DATABRICKS_ACCOUNT_ID'];
  const context = createContext(environment, ports, { release, patienceMinutes, isRollback, databricksAccount });
  return context;
}
