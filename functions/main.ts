import path from 'node:path';
import { readAssets } from '../cloud/asset-files.ts';
import { createCredentials } from '../cloud/credentials.ts';
import { createJobsClient } from '../cloud/databricks-jobs.ts';
import { createMetrics } from '../cloud/metrics.ts';
import { readVersion } from '../cloud/package-file.ts';
import { readContracts, readSourceHashes } from '../cloud/project-files.ts';
import { createSqlWarehouse } from '../cloud/sql-warehouse.ts';
import { createLake } from '../cloud/storage.ts';
import { createState } from '../cloud/table-storage/index.ts';
import { createStateTable } from '../cloud/table-storage/table.ts';
import { createTraces } from '../cloud/traces.ts';
import { readEnvironment } from '../environments/environment.ts';
import { getDefinitions } from '../medallion/contracts/definition.ts';
import { restoreState } from '../operations/backup/restore-state.ts';
import { createAccess } from './http/access.ts';
import { register } from './register.ts';

const root = path.join(import.meta.dirname, '../..');

/** A name in `environments/`, or a path. */
const name = process.env['MEDALLION_ENVIRONMENT'] ?? 'local';
const file = name.includes('/') ? name : path.join(root, 'environments', `${name}.json`);
const environment = readEnvironment(file, process.env);
const contracts = await readContracts(root, environment.project);
const sourceHashes = await readSourceHashes(root, environment.project);
const credentials = createCredentials(environment);

const lake = createLake(environment, credentials);
const definitions = getDefinitions(contracts, sourceHashes);
const getStateTable = createStateTable(environment, credentials, (table) =>
  restoreState({ ...createState(async () => table, contracts.landing), lake, definitions }, new Date()),
);

const ports = {
  ...createState(getStateTable, contracts.landing),
  lake,
  jobs: createJobsClient(environment, credentials),
  metrics: await createMetrics(environment.deployment?.logs.otlpEndpoint),
  sqlWarehouse: createSqlWarehouse(environment, credentials),
  traces: await createTraces(environment.deployment?.logs.otlpEndpoint),
  datasets: contracts.landing,
  tables: contracts.tables,
  privacyGroup: environment.databricks.groups.privacy,
  definitions,
  version: await readVersion(path.join(root, 'package.json')),
  tuning: environment.tuning,
  modes: environment.modes,
  isComputeDeployed: environment.identity.kind === 'managed',
};

register(ports, {
  // A managed identity means Azure, and there the platform in front of the app says who calls.
  access: createAccess(environment.identity.kind === 'managed', process.env),
  assets: await readAssets(path.join(root, 'dashboard')),
  environment: environment.name,
  landing: environment.landing.container,
});
