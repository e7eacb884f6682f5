/** `node tests/support/query.ts ENVIRONMENT_FILE URL [TIMES]`: sends a statement as the operator of an environment does. */

import { createSqlWarehouse } from '../../cloud/sql-warehouse.ts';
import { readEnvironment } from '../../environments/environment.ts';

const [file = '', workspaceUrl = '', times = '1'] = process.argv.slice(2);
const environment = readEnvironment(file);
const databricks = { ...environment.databricks, workspaceUrl, warehouseId: 'one' };
const credentials = { databricksToken: async () => 'token-of-ann' };
const sqlWarehouse = createSqlWarehouse({ ...environment, databricks }, credentials);
for (let left = Number(times); left > 1; left--) {
  const result = await sqlWarehouse.query('SELECT 1').catch((error: Error) => error.message);
  console.error(result);
}
await sqlWarehouse.query('SELECT 1');
await sqlWarehouse.close();
