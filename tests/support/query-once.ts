/** `node tests/support/query-once.ts ENVIRONMENT_FILE URL`: sends one statement as the operator of an environment does. */

import { createSqlWarehouse } from '../../cloud/sql-warehouse.ts';
import { readEnvironment } from '../../environments/environment.ts';

const [file = '', workspaceUrl = ''] = process.argv.slice(2);
const environment = readEnvironment(file);
const databricks = { ...environment.databricks, workspaceUrl, warehouseId: 'one' };
const credentials = { databricksToken: async () => 'token-of-ann' };
const sqlWarehouse = createSqlWarehouse({ ...environment, databricks }, credentials);
await sqlWarehouse.query('SELECT 1');
await sqlWarehouse.close();
