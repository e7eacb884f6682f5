import path from 'node:path';
import { readContracts } from '../cloud/contracts.ts';
import { credentialsOf } from '../cloud/credential.ts';
import { jobsIn } from '../cloud/jobs.ts';
import { lakeIn } from '../cloud/lake.ts';
import { registryIn } from '../cloud/registry/registry.ts';
import { warehouseIn } from '../cloud/warehouse.ts';
import { readEnvironment } from '../environments/environment.ts';
import { register } from './register.ts';

const root = path.join(import.meta.dirname, '../..');

/** The one variable that the app reads: a name in `environments/`, or a path. */
const chosen = process.env['MEDALLION_ENVIRONMENT'] ?? 'local';
const environment = readEnvironment(chosen.includes('/') ? chosen : path.join(root, 'environments', `${chosen}.json`));
const contracts = await readContracts(path.join(root, 'contracts'));
const credentials = credentialsOf(environment);

const world = {
  lake: lakeIn(environment, credentials),
  registry: registryIn(
    environment,
    credentials,
    contracts.landing.map(({ dataset }) => dataset),
  ),
  jobs: jobsIn(environment, credentials),
  warehouse: warehouseIn(environment, credentials),
  tables: contracts.tables,
  pace: environment.pace,
  modes: environment.modes,
};

register(world, environment.name);
