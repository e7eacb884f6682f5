/** `node tests/support/judge.ts '<Asked as JSON>'`: judges rules of a test's own on a running local stack, by the product's own gate. */
import { credentialsOf } from '../../cloud/credentials.ts';
import { warehouseIn } from '../../cloud/sql-warehouse.ts';
import { lakeIn } from '../../cloud/storage.ts';
import { registryIn } from '../../cloud/table-storage/registry.ts';
import { tableIn } from '../../cloud/table-storage/table.ts';
import { readEnvironment } from '../../environments/environment.ts';
import type { TableRule } from '../../medallion/contracts/contract.ts';
import type { Layer, Versions } from '../../medallion/layer.ts';
import { judgeLayer } from '../../orchestrations/activities/judge-layer.ts';
import { smallWorld, tableOf } from './world.ts';

export interface Asked {
  readonly environmentFile: string;
  readonly batch: string;
  readonly layer: Layer;
  readonly versions: Versions;
  readonly table: string;
  readonly rules: readonly (Partial<TableRule> & { name: string; offenders: string })[];
  readonly mostSeconds?: number;
}

const asked = JSON.parse(process.argv[2] ?? '') as Asked;
const environment = readEnvironment(asked.environmentFile);
const credentials = credentialsOf(environment);
const warehouse = warehouseIn(environment, credentials, asked.mostSeconds);
const world = {
  ...smallWorld({ tables: [tableOf(asked.table, ...asked.rules)] }),
  lake: lakeIn(environment, credentials),
  registry: registryIn(tableIn(environment, credentials), []),
  warehouse,
};
console.log(JSON.stringify(await judgeLayer.in(world)(asked)));
await warehouse.close();
