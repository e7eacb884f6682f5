import { createLandedTables } from '../contracts/bronze.ts';
import type { Contracts, TableContract } from '../contracts/contract.ts';
import { quoteLiteral, toPhysicalName } from '../contracts/sql.ts';
import { createChangesTable } from '../releases/change-sets.ts';
import { createBronzeStatements } from './bronze-views.ts';
import { createStagedStatements } from './gold-views.ts';

/** Written out for each table, so that platform defaults cannot make two places behave differently. */
export function getTableProperties(contract: TableContract): Record<string, string> {
  const { changeFeed, columns, deletionVectors, keys, layer, version } = contract;
  // Nobody looks for a line by what it says: lines lie in the order in which they came, and such statistics cost more than
  // writing them. Delta has none of some types.
  const looked = columns.filter(
    ({ fields, name, type }) =>
      fields === undefined && !['_line', '_line_number', '_rescued'].includes(name) && !/^(array|boolean)/.test(type),
  );
  // Least and greatest values stay readable in the table's log after the rows are gone, so a person's own words have none.
  const counted = looked.filter(({ name, subject }) => subject === undefined || keys.includes(name));
  return {
    'delta.dataSkippingStatsColumns': counted.map(({ name }) => name).join(','),
    'delta.enableChangeDataFeed': String(changeFeed),
    // For tables of very many rows: to mark one is cheaper than a file written anew, but each scan has a job more.
    'delta.enableDeletionVectors': String(deletionVectors),
    'delta.autoOptimize.optimizeWrite': 'false',
    // Every release adds a small file to these, and every release and every gate reads all of them.
    'delta.autoOptimize.autoCompact': String(layer === 'gold' || layer === 'ops'),
    'delta.deletedFileRetentionDuration': 'interval 7 days',
    'delta.logRetentionDuration': 'interval 60 days',
    'medallion.contract': version,
  };
}

/** `CREATE TABLE IF NOT EXISTS` with comments, constraints, clustering and properties, as one statement. */
export function createTableStatement(contract: TableContract): string {
  const columns = contract.columns.map(
    ({ name, type, required, description }) =>
      `  ${name} ${/^(array|struct)</.test(type) ? type : type.toUpperCase()}${required ? ' NOT NULL' : ''} COMMENT ${quoteLiteral(description)}`,
  );
  const properties = Object.entries(getTableProperties(contract)).map(([key, value]) => `  '${key}' = '${value}'`);
  return [
    `CREATE TABLE IF NOT EXISTS ${toPhysicalName(contract.table)} (`,
    columns.join(',\n'),
    ') USING DELTA',
    ...(contract.clusteredBy.length > 0 ? [`CLUSTER BY (${contract.clusteredBy.join(', ')})`] : []),
    `COMMENT ${quoteLiteral(contract.purpose)}`,
    `TBLPROPERTIES (\n${properties.join(',\n')}\n)`,
  ].join('\n');
}

const getSchema = (name: string) => name.split('.')[0] ?? '';

/** Everything that has rows of its own. */
export const listPhysicalTables = ({ landing, tables }: Contracts): TableContract[] => [
  ...createLandedTables(landing),
  ...tables.filter(({ parts }) => parts === undefined),
  ...tables.filter(({ layer }) => layer === 'gold').map(createChangesTable),
];

/** The schemas to create before any table: those of the tables, and those that hold views. */
export function listSchemas(contracts: Contracts): string[] {
  const statements = { ...createBronzeStatements(contracts), ...createStagedStatements(contracts) };
  const views = ['gold', ...Object.keys(statements).map(getSchema)];
  const schemas = listPhysicalTables(contracts).map(({ table }) => getSchema(toPhysicalName(table)));
  return [...new Set([...schemas, ...views])].sort();
}
