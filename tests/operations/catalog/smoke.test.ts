import { describe, expect, it } from 'vitest';
import { listGrants } from '../../../medallion/catalog/access.ts';
import type { Contracts } from '../../../medallion/contracts/contract.ts';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { runSmokeTest } from '../../../operations/catalog/smoke.ts';
import { createTableState } from '../../support/catalog.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { groups } from '../../support/groups.ts';

const releases = createTableContract('ops.releases');
const contracts: Contracts = { landing: [], tables: [releases] };
const settings = { catalog: 'lakehouse', groups, maxReleaseAgeHours: 24 };
const { comment, properties } = createTableState(releases);
const toRows = (...rows: Record<string, unknown>[]): QueryResult => ({ kind: 'rows', rows });
const table = { table_schema: 'ops', table_name: 'releases' };
const schemas = ['gold', 'ops'];

/** A warehouse whose catalog is as the contracts say, but for what a test changes. */
function createAnswer(hours: unknown, change: Record<string, QueryResult> = {}) {
  const grants = listGrants(contracts, groups).flatMap(({ on, privileges, to }) =>
    privileges.map((privilege) => ({ on, grantee: to, privilege_type: privilege.replaceAll(' ', '_') })),
  );
  const answers: Record<string, QueryResult> = {
    'DESCRIBE CATALOG': toRows({ info_name: 'Predictive Optimization', info_value: 'DISABLE' }),
    'information_schema.schemata': toRows(...schemas.map((schema) => ({ schema_name: schema }))),
    'information_schema.tables': toRows({ ...table, table_type: 'MANAGED', comment }),
    'information_schema.columns': toRows(
      ...releases.columns.map(({ description, name, required, type }) => ({
        ...table,
        column_name: name,
        full_data_type: type,
        is_nullable: required ? 'NO' : 'YES',
        comment: description,
      })),
    ),
    schema_privileges: toRows(
      ...grants.filter(({ on }) => !on.includes('.')).map(({ on, ...grant }) => ({ schema_name: on, ...grant })),
    ),
    table_privileges: toRows(
      ...grants
        .filter(({ on }) => on.includes('.'))
        .map(({ on, ...grant }) => ({ ...table, table_name: on.split('.')[1], ...grant })),
    ),
    'DESCRIBE DETAIL': toRows({ properties, clusteringColumns: [] }),
    timestampdiff: toRows({ hours }),
    ...change,
  };
  return (statement: string) => Object.entries(answers).find(([part]) => statement.includes(part))?.[1] ?? toRows();
}

const run = (answer: (statement: string) => QueryResult) => {
  const ports = createFakePorts({ answer });
  return { ports, result: runSmokeTest(ports.sqlWarehouse, contracts, settings) };
};

describe('runSmokeTest', () => {
  it('finds nothing where the catalog is as the contracts say and the last release is young', async () => {
    expect(await run(createAnswer(3)).result).toEqual({ problems: [], releaseAgeHours: 3 });
  });

  it('reads and never writes, and reads no table of the layers', async () => {
    const { ports, result } = run(createAnswer(3));
    await result;
    expect(ports.statements.length).toBeGreaterThan(5);
    for (const statement of ports.statements) {
      expect(statement).toMatch(/^(SELECT|DESCRIBE) /);
      expect(statement).not.toMatch(/FROM (landed|bronze|silver|gold|gold_published)\./);
    }
  });

  it('says how old the last release is where it is too old', async () => {
    expect(await run(createAnswer(25n)).result).toEqual({
      problems: ['The last release is 25 hours old, and 24 are allowed. Look at /api/status.'],
      releaseAgeHours: 25,
    });
  });

  it('takes an environment that has released nothing yet as it is', async () => {
    expect(await run(createAnswer(null)).result).toEqual({ problems: [] });
  });

  it('names every difference of the catalog', async () => {
    const { problems } = await run(createAnswer(3, { schema_privileges: toRows() })).result;
    expect(problems).toContain("'ops' is not as the contracts say: grant USE SCHEMA to 'x-operators'.");
  });

  it('asks nothing of a record of releases that is missing', async () => {
    const { ports, result } = run(createAnswer(3, { 'information_schema.schemata': toRows() }));
    expect((await result).problems).toContain("'ops.releases' is not as the contracts say: create the table.");
    expect(ports.statements.join()).not.toContain('timestampdiff');
  });
});
