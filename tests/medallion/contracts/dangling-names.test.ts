import { describe, expect, it } from 'vitest';
import type { LandingContract, TableRule } from '../../../medallion/contracts/contract.ts';
import { findDanglingNames } from '../../../medallion/contracts/dangling-names.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const rule: TableRule = {
  name: 'visit_is_missing',
  reason: 'A visit was lost on the way.',
  query: 'SELECT id FROM {bronze.visits} WHERE (SELECT count(*) FROM {gold.summary@released}) > 1',
  tolerates: { kind: 'count', rows: 0 },
  action: 'block',
};

const listDangling = ({ record = 'visit', rules = [] }: { record?: string; rules?: Partial<TableRule>[] }) => {
  const routes = [{ record }];
  const landing = { dataset: 'visits', routes, records: [{ name: 'visit' }] } as unknown as LandingContract;
  const tables = [
    { ...createTableContract('bronze.visits'), tableRules: rules.map((change) => ({ ...rule, ...change })) },
    createTableContract('gold.summary'),
  ];
  return findDanglingNames({ landing: [landing], tables });
};

describe('findDanglingNames', () => {
  it('finds nothing where every name has a contract', () => {
    expect(listDangling({ rules: [{ blocks: ['gold.summary'] }] })).toEqual([]);
  });

  it('finds routes and rules that name no contract', () => {
    expect(listDangling({ record: 'rest', rules: [{ query: 'SELECT a FROM {silver.visit}' }] })).toEqual([
      "landing.visits: routes: no landing contract defines this record type; found 'rest'",
      "bronze.visits: rule 'visit_is_missing': no contract of that name; found 'silver.visit'",
    ]);
  });

  it('finds a record type that two landing contracts define', () => {
    const landing = { ...aLanding('a', 'visit'), records: [{ name: 'visit' }] } as unknown as LandingContract;
    expect(findDanglingNames({ landing: [landing, landing], tables: [] })).toEqual([
      "landing: a record type is defined once; found 'visit' again",
    ]);
  });

  it('finds blocked tables that are not published, or not there', () => {
    expect(listDangling({ rules: [{ blocks: ['bronze.visits', 'gold.day'] }] })).toEqual([
      "bronze.visits: rule 'visit_is_missing': no contract of that name; found 'gold.day'",
      "bronze.visits: rule 'visit_is_missing': only gold tables are published and can be blocked; found 'bronze.visits'",
    ]);
  });
});
