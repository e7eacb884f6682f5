/** `node bench/peers/gate-statements.ts '<versions as JSON>'`: the gates of all layers at these versions, and their rules one by one. */
import path from 'node:path';
import { readContracts } from '../../cloud/project-files.ts';
import { toPhysicalName } from '../../medallion/contracts/sql.ts';
import { layers, type Versions } from '../../medallion/layer.ts';
import { createGateStatement } from '../../medallion/quality/gate-statement.ts';
import { fillMeasures } from '../../medallion/quality/measures.ts';

const versions = JSON.parse(process.argv[2] ?? '{}') as Versions;
const { tables } = await readContracts(path.join(import.meta.dirname, '../..'), 'projects/fitness');
const listRules = (layer: string) =>
  tables
    .filter((table) => table.layer === layer)
    .flatMap(({ table, tableRules }) =>
      tableRules.map((rule) => ({ ...rule, query: fillMeasures(rule.query), table })),
    );
const gates = layers.map((layer) => ({
  layer,
  statement: createGateStatement(listRules(layer), { versions }),
  rules: listRules(layer).map(({ name, query, table }) => ({ name, query, table })),
}));
const physical = Object.fromEntries(Object.keys(versions).map((table) => [table, toPhysicalName(table)]));
console.log(JSON.stringify({ gates, physical }));
