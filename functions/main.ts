import path from 'node:path';
import { readAssets } from '../cloud/assets.ts';
import { readContracts, readSourceHashes } from '../cloud/contracts.ts';
import { credentialsOf } from '../cloud/credential.ts';
import { jobsIn } from '../cloud/jobs.ts';
import { lakeIn } from '../cloud/lake.ts';
import { deskIn } from '../cloud/registry/desk.ts';
import { registryIn } from '../cloud/registry/registry.ts';
import { tableIn } from '../cloud/registry/tables.ts';
import { warehouseIn } from '../cloud/warehouse.ts';
import { readEnvironment } from '../environments/environment.ts';
import { definitionsOf } from '../medallion/definition.ts';
import { register } from './register.ts';

const root = path.join(import.meta.dirname, '../..');

/** The one variable that the app reads: a name in `environments/`, or a path. */
const chosen = process.env['MEDALLION_ENVIRONMENT'] ?? 'local';
const environment = readEnvironment(chosen.includes('/') ? chosen : path.join(root, 'environments', `${chosen}.json`));
const contracts = await readContracts(path.join(root, 'contracts'));
const credentials = credentialsOf(environment);

const table = tableIn(environment, credentials);

const world = {
  lake: lakeIn(environment, credentials),
  registry: registryIn(
    table,
    contracts.landing.map(({ dataset }) => dataset),
  ),
  desk: deskIn(table),
  jobs: jobsIn(environment, credentials),
  warehouse: warehouseIn(environment, credentials),
  datasets: contracts.landing,
  tables: contracts.tables,
  definitions: definitionsOf(contracts, await readSourceHashes(path.join(root, 'spark/source-hashes.json'))),
  pace: environment.pace,
  modes: environment.modes,
};

register(world, {
  // A managed identity means Azure, and there the platform in front of the app says who calls.
  access: environment.identity.kind === 'managed' ? 'entra' : 'loopback',
  assets: await readAssets(path.join(root, 'dashboard')),
  environment: environment.name,
  landing: environment.landing.container,
});
