import { physicalName } from '../catalog/ddl.ts';
import type { ColumnContract, TableContract } from '../contracts/contract.ts';
import type { Versions } from '../layer.ts';

export interface Publication {
  readonly release: string;
  readonly batch: string;
  /** Versions of the gold tables. */
  readonly versions: Versions;
  /** What led to it, as JSON. */
  readonly verdicts: string;
}

/** Who may see personal data as it is. */
export const privacyGroup = 'medallion-privacy';

/** Readers join the tables of one release on it. */
export const releaseColumn = '_release';

/** What readers see before anything was released. */
export const noRelease = 'none';

/** Files of versions that are in no younger release may be gone. */
export const daysKept = 30;

export const releaseOf = (batch: string) => `r-${batch}`;

type Gold = Pick<TableContract, 'columns' | 'table'>;

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Personal data are shown to the privacy group alone; others see that something is there. */
function shown({ classification, mask, name, type }: ColumnContract): string {
  if (classification !== 'personal') return name;
  const usual = type === 'string' ? "'masked'" : `CAST(NULL AS ${type.toUpperCase()})`;
  return `CASE WHEN is_account_group_member(${quoted(privacyGroup)}) THEN ${name} ELSE ${mask ?? usual} END AS ${name}`;
}

/** The view that is pinned, and that tells its release in a column. What readers usually read is a plain view on it. */
export const releasedName = (table: string): string => table.replace(/^gold\./, 'gold_released.');

/** A column that the version does not have yet. */
export const unreleased = ({ name, type }: ColumnContract): string => `CAST(NULL AS ${type.toUpperCase()}) AS ${name}`;

/** What a view of a release selects; `missing` names columns that came after that version. */
export function releasedRows(
  { columns, table }: Gold,
  version: number,
  release: string,
  missing: ReadonlySet<string> = new Set(),
): string {
  const listed = columns.map((column) => (missing.has(column.name) ? unreleased(column) : shown(column)));
  const parts = [...listed, `${quoted(release)} AS ${releaseColumn}`];
  return `SELECT ${parts.join(', ')} FROM ${physicalName(table)} VERSION AS OF ${version}`;
}

/** What readers of a table see: the last release, without its name. */
export const plainRows = ({ columns, table }: Gold): string =>
  `SELECT ${columns.map(({ name }) => name).join(', ')} FROM ${releasedName(table)}`;

/** Before the first release readers find an empty table, not an error. */
export const firstViewStatement = (gold: Gold): string =>
  `CREATE VIEW IF NOT EXISTS ${releasedName(gold.table)} AS ${releasedRows(gold, 0, noRelease)}`;

/**
 * What readers see of a table: one version of it, whatever is being written meanwhile. The view is altered, not replaced:
 * plain Spark replaces a view by dropping it first, and a reader in between would find nothing.
 */
export const viewStatement = (gold: Gold, version: number, release: string): string =>
  `ALTER VIEW ${releasedName(gold.table)} AS ${releasedRows(gold, version, release)}`;

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

/** The tables of the release that was published last, which is the one that readers see. */
export const currentReleaseStatement =
  'SELECT table_name, version FROM ops.releases WHERE published_at = (SELECT max(published_at) FROM ops.releases)';

/** The tables of one release, as long as their files are kept for sure. */
export const releasedStatement = (release: string): string =>
  `SELECT batch, table_name, version, published_at > current_timestamp() - INTERVAL ${daysKept} DAYS AS is_kept FROM ops.releases WHERE release = ${quoted(release)}`;

export const versionsIn = (rows: readonly Record<string, unknown>[]): Versions =>
  Object.fromEntries(rows.map((row) => [String(row['table_name']), Number(row['version'])]));
