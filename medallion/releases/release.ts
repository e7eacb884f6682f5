import { z } from 'zod';
import type { ColumnContract, TableContract } from '../contracts/contract.ts';
import { quoteLiteral, toPhysicalName } from '../contracts/sql.ts';
import type { Versions } from '../layer.ts';

/** The release that readers see. After a roll back an older release is published under another name. */
export const CurrentRelease = z.object({ release: z.string(), publishedAs: z.string(), publishedAt: z.string() });
export type CurrentRelease = z.infer<typeof CurrentRelease>;

export interface Publication {
  readonly release: string;
  readonly batch: string;
  /** Versions of the gold tables. */
  readonly versions: Versions;
  /** What led to it, as JSON. */
  readonly verdicts: string;
}

/** Readers join the tables of one release on it. */
export const releaseColumn = '_release';

/** What readers see before anything was released. */
export const noRelease = 'none';

/** Files of versions that are in no younger release may be gone. */
export const daysKept = 30;

export const toReleaseName = (batch: string) => `r-${batch}`;

type Gold = Pick<TableContract, 'columns' | 'table'>;

/** What a view of a release shows, and to whom it shows personal data as they are. */
export interface Shown {
  readonly version: number;
  readonly release: string;
  readonly privacyGroup: string;
}

/** Personal data are shown to the privacy group alone; others see that something is there. */
function createMaskedExpression({ classification, mask, name, type }: ColumnContract, privacyGroup: string): string {
  if (classification !== 'personal') return name;
  const usual = type === 'string' ? "'masked'" : `CAST(NULL AS ${type.toUpperCase()})`;
  return `CASE WHEN is_account_group_member(${quoteLiteral(privacyGroup)}) THEN ${name} ELSE ${mask ?? usual} END AS ${name}`;
}

/** The view that is pinned, and that tells its release in a column. What readers usually read is a plain view on it. */
export const toReleasedName = (table: string): string => table.replace(/^gold\./, 'gold_released.');

/** A column that the version does not have yet. */
export const toEmptyColumn = ({ name, type }: ColumnContract): string =>
  `CAST(NULL AS ${type.toUpperCase()}) AS ${name}`;

/** What a view of a release selects; `missing` names columns that came after that version. */
export function createReleasedSelect(
  { columns, table }: Gold,
  { privacyGroup, release, version }: Shown,
  missing: ReadonlySet<string> = new Set(),
): string {
  const listed = columns.map((column) =>
    missing.has(column.name) ? toEmptyColumn(column) : createMaskedExpression(column, privacyGroup),
  );
  const parts = [...listed, `${quoteLiteral(release)} AS ${releaseColumn}`];
  return `SELECT ${parts.join(', ')} FROM ${toPhysicalName(table)} VERSION AS OF ${version}`;
}

/** What readers of a table see: the last release, without its name. */
export const createPlainSelect = ({ columns, table }: Gold): string =>
  `SELECT ${columns.map(({ name }) => name).join(', ')} FROM ${toReleasedName(table)}`;

/** Before the first release readers find an empty table, not an error. */
export const createFirstViewStatement = (gold: Gold, privacyGroup: string): string =>
  `CREATE VIEW IF NOT EXISTS ${toReleasedName(gold.table)} AS ${createReleasedSelect(gold, { version: 0, release: noRelease, privacyGroup })}`;

/**
 * What readers see of a table: one version of it, whatever is being written meanwhile. The view is altered, not replaced:
 * plain Spark replaces a view by dropping it first, and a reader in between would find nothing.
 */
export const createViewStatement = (gold: Gold, shown: Shown): string =>
  `ALTER VIEW ${toReleasedName(gold.table)} AS ${createReleasedSelect(gold, shown)}`;

/** Records a release once, however often it runs. */
export function createReleaseStatement({ release, batch, versions, verdicts }: Publication): string {
  const rows = Object.entries(versions)
    .map(
      ([table, version]) =>
        `(${quoteLiteral(release)}, ${quoteLiteral(batch)}, ${quoteLiteral(table)}, CAST(${version} AS BIGINT))`,
    )
    .join(', ');
  return `INSERT INTO ops.releases (release, batch, table_name, version, published_at, verdicts)
SELECT release, batch, table_name, version, current_timestamp(), ${quoteLiteral(verdicts)}
FROM (VALUES ${rows}) AS entry(release, batch, table_name, version)
WHERE NOT EXISTS (SELECT 1 FROM ops.releases AS before WHERE before.release = ${quoteLiteral(release)})`;
}

/** The tables of the release that was published last, which is the one that readers see. */
export const currentReleaseStatement =
  'SELECT table_name, version FROM ops.releases WHERE published_at = (SELECT max(published_at) FROM ops.releases)';

/** By the clock of the warehouse. NULL where nothing was released yet. */
export const releaseAgeStatement =
  'SELECT timestampdiff(HOUR, max(published_at), current_timestamp()) AS hours FROM ops.releases';

/** The tables of one release, as long as their files are kept for sure. */
export const createReleaseQuery = (release: string): string =>
  `SELECT batch, table_name, version, published_at > current_timestamp() - INTERVAL ${daysKept} DAYS AS is_kept FROM ops.releases WHERE release = ${quoteLiteral(release)}`;

export const toVersions = (rows: readonly Record<string, unknown>[]): Versions =>
  Object.fromEntries(rows.map((row) => [String(row['table_name']), Number(row['version'])]));
