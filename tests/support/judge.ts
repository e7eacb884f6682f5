/** `node tests/support/judge.ts '<RouteRequest as JSON>'`: judges rules of a test's own on a running local stack, by the product's own gate. */

import { createCredentials } from '../../cloud/credentials.ts';
import { readContracts } from '../../cloud/project-files.ts';
import { createSqlWarehouse } from '../../cloud/sql-warehouse.ts';
import { createLake } from '../../cloud/storage.ts';
import { createReleases } from '../../cloud/table-storage/releases.ts';
import { createRuns } from '../../cloud/table-storage/runs.ts';
import { createStateTable } from '../../cloud/table-storage/table.ts';
import { readEnvironment } from '../../environments/environment.ts';
import type { TableRule } from '../../medallion/contracts/contract.ts';
import type { Layer, Versions } from '../../medallion/layer.ts';
import { evaluateLayer } from '../../operations/quality/evaluate-layer.ts';
import { createTableContract } from './fake-ports.ts';

export interface RouteRequest {
  readonly environmentFile: string;
  readonly batch: string;
  readonly layer: Layer;
  readonly versions: Versions;
  readonly table: string;
  readonly rules: readonly (Partial<TableRule> & { name: string; query: string })[];
  readonly maxSeconds?: number;
}

const request = JSON.parse(process.argv[2] ?? '') as RouteRequest;
const environment = readEnvironment(request.environmentFile);
const credentials = createCredentials(environment);
const sqlWarehouse = createSqlWarehouse(environment, credentials, request.maxSeconds);
/** Rules name the views of bronze too. None of their own rules is judged: they have another layer. */
const { tables } = await readContracts('.', environment.project);
const views = tables.filter(({ parts }) => parts !== undefined);
const getTable = createStateTable(environment, credentials, async () => undefined);
const ports = {
  tables: [...views, createTableContract(request.table, ...request.rules)],
  lake: createLake(environment, credentials),
  releases: createReleases(getTable),
  runs: createRuns(getTable),
  sqlWarehouse,
};
console.log(JSON.stringify(await evaluateLayer(ports, request, new Date())));
await sqlWarehouse.close();
