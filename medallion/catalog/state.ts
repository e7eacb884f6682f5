/** What a catalog holds of the operator's schemas, as its own information schema tells it. */
export interface CatalogState {
  /** Whether Databricks commits to the tables by itself. A catalog that does not tell counts as one that does. */
  readonly isOptimizedByOthers: boolean;
  readonly schemas: readonly string[];
  readonly tables: ReadonlyMap<string, TableState>;
  /** Privileges given directly, not inherited: `gold.sales` → `medallion-test-readers` → `SELECT`. */
  readonly grants: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
}

export interface ColumnState {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly comment: string;
  /** The value of the tag `classification`. */
  readonly classification?: string;
}

export interface TableState {
  readonly kind: 'table' | 'view';
  readonly comment: string;
  /** By position. */
  readonly columns: readonly ColumnState[];
  /** Of tables. */
  readonly properties: Readonly<Record<string, string>>;
  readonly clusteredBy: readonly string[];
  /** Of views. A catalog shows it to the owner alone, so it may be missing. */
  readonly definition?: string;
}

type Row = Record<string, unknown>;

/** One query per part, in the words of Unity Catalog. */
export function createStateQueries(schemas: readonly string[]) {
  const listed = schemas.map((schema) => `'${schema}'`).join(', ');
  return {
    schemas: `SELECT schema_name FROM information_schema.schemata WHERE schema_name IN (${listed})`,
    tables: `SELECT table_schema, table_name, table_type, comment FROM information_schema.tables WHERE table_schema IN (${listed})`,
    columns: `SELECT table_schema, table_name, column_name, full_data_type, is_nullable, comment FROM information_schema.columns WHERE table_schema IN (${listed}) ORDER BY ordinal_position`,
    views: `SELECT table_schema, table_name, view_definition FROM information_schema.views WHERE table_schema IN (${listed})`,
    tags: `SELECT schema_name, table_name, column_name, tag_value FROM information_schema.column_tags WHERE tag_name = 'classification' AND schema_name IN (${listed})`,
    onSchemas: `SELECT schema_name, grantee, privilege_type FROM information_schema.schema_privileges WHERE inherited_from = 'NONE' AND schema_name IN (${listed})`,
    onTables: `SELECT table_schema, table_name, grantee, privilege_type FROM information_schema.table_privileges WHERE inherited_from = 'NONE' AND table_schema IN (${listed})`,
  };
}
export type StateRows = Record<keyof ReturnType<typeof createStateQueries>, readonly Row[]>;

const text = (row: Row, key: string) => String(row[key] ?? '');
const getTableName = (row: Row, schema = 'table_schema') => `${text(row, schema)}.${text(row, 'table_name')}`;

/** Reads the rows of `DESCRIBE CATALOG EXTENDED`, where what is inherited is told behind the word. */
export const isOptimizedByOthers = (rows: readonly Row[]): boolean =>
  !rows.some(
    (row) => /^predictive optimization$/i.test(text(row, 'info_name')) && /^disable/i.test(text(row, 'info_value')),
  );

/** `details` holds a row of DESCRIBE DETAIL per table. */
export function toCatalogState(
  rows: StateRows,
  details: ReadonlyMap<string, Row>,
): Omit<CatalogState, 'isOptimizedByOthers'> {
  const columns = Map.groupBy(rows.columns, (row) => getTableName(row));
  const definitions = new Map(
    rows.views
      .filter((row) => typeof row['view_definition'] === 'string')
      .map((row) => [getTableName(row), text(row, 'view_definition')]),
  );
  const tags = new Map(
    rows.tags.map((row) => [`${getTableName(row, 'schema_name')}.${text(row, 'column_name')}`, text(row, 'tag_value')]),
  );
  const tables = rows.tables.map((row): [string, TableState] => {
    const name = getTableName(row);
    const detail = details.get(name);
    const definition = definitions.get(name);
    return [
      name,
      {
        kind: text(row, 'table_type') === 'VIEW' ? 'view' : 'table',
        comment: text(row, 'comment'),
        columns: (columns.get(name) ?? []).map((column) => toColumn(column, tags)),
        properties: (detail?.['properties'] ?? {}) as Record<string, string>,
        clusteredBy: (detail?.['clusteringColumns'] ?? []) as string[],
        ...(definition === undefined ? {} : { definition }),
      },
    ];
  });
  const grants = [
    ...rows.onSchemas.map((row) => ({ on: text(row, 'schema_name'), row })),
    ...rows.onTables.map((row) => ({ on: getTableName(row), row })),
  ];
  return {
    schemas: rows.schemas.map((row) => text(row, 'schema_name')),
    tables: new Map(tables),
    grants: groupGrants(grants),
  };
}

function toColumn(row: Row, tags: ReadonlyMap<string, string>): ColumnState {
  const name = text(row, 'column_name');
  const classification = tags.get(`${getTableName(row)}.${name}`);
  return {
    name,
    type: text(row, 'full_data_type').toLowerCase(),
    isNullable: text(row, 'is_nullable') === 'YES',
    comment: text(row, 'comment'),
    ...(classification === undefined ? {} : { classification }),
  };
}

function groupGrants(rows: readonly { on: string; row: Row }[]): CatalogState['grants'] {
  const grants = new Map<string, Map<string, Set<string>>>();
  for (const { on, row } of rows) {
    const groups = grants.get(on) ?? new Map<string, Set<string>>();
    const privileges = groups.get(text(row, 'grantee')) ?? new Set<string>();
    grants.set(on, groups.set(text(row, 'grantee'), privileges.add(text(row, 'privilege_type').replaceAll('_', ' '))));
  }
  return grants;
}
