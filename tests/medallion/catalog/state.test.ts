import { describe, expect, it } from 'vitest';
import {
  createStateQueries,
  isOptimizedByOthers,
  type StateRows,
  toCatalogState,
} from '../../../medallion/catalog/state.ts';

const at = { table_schema: 'gold', table_name: 'summary' };
const rows: StateRows = {
  schemas: [{ schema_name: 'gold' }],
  tables: [
    { ...at, table_type: 'MANAGED', comment: null },
    { ...at, table_name: 'shown', table_type: 'VIEW', comment: 'Shown.' },
    { ...at, table_name: 'foreign', table_type: 'VIEW', comment: null },
  ],
  columns: [
    { ...at, column_name: 'id', full_data_type: 'ARRAY<INT>', is_nullable: 'NO', comment: 'The id.' },
    { ...at, column_name: 'note', full_data_type: 'string', is_nullable: 'YES', comment: null },
  ],
  views: [
    { ...at, table_name: 'shown', view_definition: 'SELECT 1' },
    { ...at, table_name: 'foreign', view_definition: null },
  ],
  tags: [{ schema_name: 'gold', table_name: 'summary', column_name: 'id', tag_value: 'personal' }],
  onSchemas: [{ schema_name: 'gold', grantee: 'readers', privilege_type: 'USE_SCHEMA' }],
  onTables: [
    { ...at, grantee: 'readers', privilege_type: 'SELECT' },
    { ...at, grantee: 'readers', privilege_type: 'MODIFY' },
  ],
};
const state = toCatalogState(
  rows,
  new Map([['gold.summary', { properties: { 'delta.enableChangeDataFeed': 'true' }, clusteringColumns: ['id'] }]]),
);

describe('toCatalogState', () => {
  it('puts together what the catalog tells of a table', () => {
    expect(state.schemas).toEqual(['gold']);
    expect(state.tables.get('gold.summary')).toEqual({
      kind: 'table',
      comment: '',
      columns: [
        { name: 'id', type: 'array<int>', isNullable: false, comment: 'The id.', classification: 'personal' },
        { name: 'note', type: 'string', isNullable: true, comment: '' },
      ],
      properties: { 'delta.enableChangeDataFeed': 'true' },
      clusteredBy: ['id'],
    });
    expect(state.tables.get('gold.shown')).toMatchObject({ kind: 'view', definition: 'SELECT 1' });
  });

  it('has no text of a view that the catalog does not show, rather than an empty one', () => {
    expect(state.tables.get('gold.foreign')).not.toHaveProperty('definition');
  });

  it('knows who was given what, however the privilege is spelt', () => {
    expect(state.grants.get('gold')?.get('readers')).toEqual(new Set(['USE SCHEMA']));
    expect(state.grants.get('gold.summary')?.get('readers')).toEqual(new Set(['SELECT', 'MODIFY']));
  });
});

describe('isOptimizedByOthers', () => {
  const describeCatalog = (value: string) => [
    { info_name: 'Catalog Name', info_value: 'lakehouse' },
    { info_name: 'Predictive Optimization', info_value: value },
  ];

  it.for([
    ['DISABLE', false],
    ['DISABLE (inherited from METASTORE main)', false],
    ['ENABLE', true],
    ['ENABLE (inherited from METASTORE main)', true],
  ] as const)('reads %s', ([value, isOptimized]) => {
    expect(isOptimizedByOthers(describeCatalog(value))).toBe(isOptimized);
  });

  it('takes a catalog that does not tell for one that is optimized', () => {
    expect(isOptimizedByOthers(describeCatalog('').slice(0, 1))).toBe(true);
  });
});

describe('createStateQueries', () => {
  it('asks for the schemas of the contracts alone, and for rights that were given directly', () => {
    const queries = createStateQueries(['gold', 'ops']);
    for (const query of Object.values(queries)) expect(query).toContain("IN ('gold', 'ops')");
    expect(queries.onTables).toContain("inherited_from = 'NONE'");
  });
});
