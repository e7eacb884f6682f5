import path from 'node:path';
import { parseArgs } from 'node:util';
import { createDeployerCredentials } from '../../cloud/credentials.ts';
import { readContracts } from '../../cloud/project-files.ts';
import { createSqlWarehouse } from '../../cloud/sql-warehouse.ts';
import { readEnvironment } from '../../environments/environment.ts';
import { runSmokeTest } from '../../operations/catalog/smoke.ts';

/** Looks at a deployed environment and changes nothing. Exit code 1 says that something is wrong, and stderr what. */
const { values } = parseArgs({ options: { environment: { type: 'string' } } });
if (values.environment === undefined) throw new Error('Usage: smoke --environment FILE');
process.exitCode = await main(values.environment);

async function main(file: string): Promise<number> {
  const environment = readEnvironment(file, process.env);
  const { databricks, deployment, name } = environment;
  const contracts = await readContracts(path.join(import.meta.dirname, '../..'), environment.project);
  const sqlWarehouse = createSqlWarehouse(environment, createDeployerCredentials(environment));
  try {
    // One machine promises nothing of the age of its release.
    const maxReleaseAgeHours = deployment?.alerts.noDataHours ?? Number.POSITIVE_INFINITY;
    const settings = { ...databricks, maxReleaseAgeHours };
    const { problems, releaseAgeHours } = await runSmokeTest(sqlWarehouse, contracts, settings);
    for (const problem of problems) console.error(problem);
    const age =
      releaseAgeHours === undefined ? 'nothing was released yet' : `the last release is ${releaseAgeHours} h old`;
    console.log(`'${name}': ${problems.length} problems; ${age}.`);
    return problems.length > 0 ? 1 : 0;
  } finally {
    await sqlWarehouse.close();
  }
}
