/** `node tests/support/judge.ts '<Asked as JSON>'`: judges rules of a test's own on a running local cloud, by the product's own gate. */
import { createCredentials } from '../../cloud/credentials.ts';
import { createSqlWarehouse } from '../../cloud/sql-warehouse.ts';
import { createLake } from '../../cloud/storage.ts';
import { registryIn } from '../../cloud/table-storage/registry.ts';
import { createStateTable } from '../../cloud/table-storage/table.ts';
import { readEnvironment } from '../../environments/environment.ts';
import type { TableRule } from '../../medallion/contracts/contract.ts';
import type { Layer, Versions } from '../../medallion/layer.ts';
import { judgeLayer } from '../../orchestrations/activities/judge-layer.ts';
import { createFakePorts, createTableContract } from './fake-ports.ts';

export interface RouteRequest {
  readonly environmentFile: string;
  readonly batch: string;
  readonly layer: Layer;
  readonly versions: Versions;
  readonly table: string;
  readonly rules: readonly (Partial<TableRule> & { name: string; query: string })[];
  readonly maxSeconds?: number;
}

const asked = JSON.parse(process.argv[2] ?? '') as RouteRequest;
const environment = readEnvironment(asked.environmentFile);
const credentials = createCredentials(environment);
const warehouse = createSqlWarehouse(environment, credentials, asked.maxSeconds);
const ports = {
  ...createFakePorts({ tables: [createTableContract(asked.table, ...asked.rules)] }),
  lake: createLake(environment, credentials),
  registry: registryIn(createStateTable(environment, credentials), []),
  warehouse,
};
console.log(JSON.stringify(await judgeLayer.in(ports)(asked)));
await warehouse.close();
