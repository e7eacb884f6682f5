import type { TableContract } from './contract.ts';
import { physicalName } from './ddl.ts';
import type { Versions } from './layer.ts';

export interface Publication {
  readonly release: string;
  readonly batch: string;
  /** Versions of the gold tables. */
  readonly versions: Versions;
  readonly verdicts: string;
}

export const releaseOf = (batch: string) => `r-${batch}`;

type Gold = Pick<TableContract, 'columns' | 'table'>;

function rowsOf({ columns, table }: Gold, version: number): string {
  const names = columns.map(({ name }) => name).join(', ');
  return `SELECT ${names} FROM ${physicalName(table)} VERSION AS OF ${version}`;
}

/** Before the first release readers find an empty table, not an error. */
export const firstViewStatement = (gold: Gold): string =>
  `CREATE VIEW IF NOT EXISTS ${gold.table} AS ${rowsOf(gold, 0)}`;

/**
 * What readers see of a table: one version of it, whatever is being written meanwhile. The view is altered, not replaced:
 * plain Spark replaces a view by dropping it first, and a reader in between would find nothing.
 */
export const viewStatement = (gold: Gold, version: number): string =>
  `ALTER VIEW ${gold.table} AS ${rowsOf(gold, version)}`;

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Records a release once, however often it is told. */
export function releaseStatement({ release, batch, versions, verdicts }: Publication): string {
  const rows = Object.entries(versions)
    .map(([table, version]) => `(${quoted(release)}, ${quoted(batch)}, ${quoted(table)}, CAST(${version} AS BIGINT))`)
    .join(', ');
  return `INSERT INTO ops.releases (release, batch, table_name, version, published_at, verdicts)
SELECT release, batch, table_name, version, current_timestamp(), ${quoted(verdicts)}
FROM (VALUES ${rows}) AS told(release, batch, table_name, version)
WHERE NOT EXISTS (SELECT 1 FROM ops.releases AS known WHERE known.release = ${quoted(release)})`;
}
