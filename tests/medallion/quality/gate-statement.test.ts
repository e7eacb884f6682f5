import { describe, expect, it } from 'vitest';
import {
  createExamplesStatement,
  createGateStatement,
  createSizesStatement,
  isTimeless,
  listTables,
  UnknownVersionError,
} from '../../../medallion/quality/gate-statement.ts';
import { createTableContract } from '../../support/fake-ports.ts';
import { rule } from '../../support/rules.ts';

const pins = {
  versions: { 'silver.users': 3, 'gold.gym_summary': 4 },
  published: { 'gold.gym_summary': 4 },
  contracts: new Map([['gold.gym_summary', createTableContract('gold.gym_summary')]]),
};

describe('listTables', () => {
  it('names each table of a query once', () => {
    expect(listTables('SELECT 1 FROM {silver.users} JOIN {gold.gym_summary} JOIN {silver.users}')).toEqual([
      'silver.users',
      'gold.gym_summary',
    ]);
  });
});

describe('createGateStatement', () => {
  it('opens each table once, at its version, and of gold what readers see', () => {
    const join = rule('a', { query: 'SELECT 1 FROM {silver.users} JOIN {gold.gym_summary}' });
    expect(createGateStatement([join], pins)).toBe(
      [
        'WITH silver__users AS (SELECT * FROM silver.users VERSION AS OF 3),',
        'gold__gym_summary AS (SELECT * FROM gold_published.gym_summary)',
        "SELECT 'silver.users' AS table_name, 'a' AS rule, count(*) AS failing_rows, CAST(NULL AS BIGINT) AS table_rows FROM (SELECT 1 FROM silver__users JOIN gold__gym_summary)",
      ].join('\n'),
    );
  });

  it('lets plain conditions on one table share a scan, which still skips files that meet none of them', () => {
    const first = rule('a', { query: 'SELECT user_id FROM {silver.users} WHERE user_id IS NULL' });
    const second = rule('b', {
      query: 'SELECT user_id, x FROM {silver.users} WHERE x > 1',
      tolerates: { kind: 'percent', percent: 5 },
    });
    expect(createGateStatement([first, second], pins).split('\n').slice(1)).toEqual([
      "SELECT 'silver.users' AS table_name, rule, failing_rows, CAST(NULL AS BIGINT) AS table_rows FROM (" +
        "SELECT *, stack(2, 'a', c0, 'b', c1) AS (rule, failing_rows) FROM (" +
        'SELECT count_if((user_id IS NULL) AND struct(user_id) IS NOT NULL) AS c0, count_if((x > 1) AND struct(user_id, x) IS NOT NULL) AS c1 ' +
        'FROM silver__users WHERE ((user_id IS NULL) AND struct(user_id) IS NOT NULL) OR ((x > 1) AND struct(user_id, x) IS NOT NULL)))',
    ]);
  });

  it('asks them by the way where a key has to be unique: it takes all rows anyhow', () => {
    const unique = 'SELECT user_id, x FROM {silver.users} GROUP BY user_id, x HAVING count(*) > 1';
    const plain = 'SELECT user_id FROM {silver.users} WHERE x > 1';
    const rules = [rule('a', { query: unique }), rule('b', { query: plain })];
    expect(createGateStatement(rules, pins).split('\n').slice(1)).toEqual([
      "SELECT 'silver.users' AS table_name, rule, failing_rows, n AS table_rows FROM (" +
        "SELECT *, stack(2, 'b', c0, 'a', c1) AS (rule, failing_rows) FROM (" +
        'SELECT coalesce(sum(c0), 0) AS c0, count_if(n > 1) AS c1, coalesce(sum(n), 0) AS n FROM (' +
        'SELECT count_if((x > 1) AND struct(user_id) IS NOT NULL) AS c0, count(*) AS n FROM silver__users GROUP BY user_id, x)))',
    ]);
  });

  it('asks of one key by the way, and of each other one as it was written', () => {
    const unique = (key: string) => `SELECT ${key} FROM {silver.users} GROUP BY ${key} HAVING count(*) > 1`;
    const rules = ['user_id', 'device_id'].map((key) => rule(key, { query: unique(key) }));
    const statement = createGateStatement(rules, pins);
    expect(statement).toContain('GROUP BY device_id)');
    expect(statement).toContain('FROM (SELECT user_id FROM silver__users GROUP BY user_id HAVING count(*) > 1)');
  });

  it.for([
    'SELECT user_id FROM {silver.users} WHERE x > 1 GROUP BY user_id HAVING count(*) > 1',
    'SELECT user_id FROM {silver.users} WHERE user_id NOT IN (SELECT user_id FROM {gold.gym_summary})',
    'SELECT user_id FROM {gold.gym_summary} WHERE x > 1',
    'SELECT max(x) FROM {silver.users} WHERE x > 1',
  ])('asks what is more than a plain condition as it was written: %s', (query) => {
    expect(createGateStatement([rule('a', { query })], pins)).toContain(
      `FROM (${query.replaceAll(/\{(\w+)\.(\w+)\}/g, '$1__$2')})`,
    );
  });

  it('lays what is not published yet over what readers see of gold', () => {
    const later = { ...pins, versions: { ...pins.versions, 'gold.gym_summary': 6 } };
    const statement = createGateStatement([rule('a', { query: 'SELECT 1 FROM {gold.gym_summary}' })], later);
    expect(statement).toContain('FROM gold_changes.gym_summary WHERE _round > 4 AND _round <= 6');
    expect(statement).not.toContain('VERSION AS OF 6');
  });

  it('rejects a table of unknown version', () => {
    expect(() => createGateStatement([rule('a')], { versions: {} })).toThrow(UnknownVersionError);
  });
});

describe('a rule that looks back', () => {
  const shrunk = 'SELECT 1 WHERE (SELECT count(*) FROM {silver.users@released}) > 1';

  it.for([
    [shrunk, false],
    ['SELECT 1 FROM {silver.users} WHERE updated > current_timestamp()', false],
    ['SELECT 1 FROM {silver.users} WHERE current_status IS NULL', true],
  ] as const)('is not a function of its versions: %s', ([query, answer]) => {
    expect(isTimeless({ query })).toBe(answer);
  });
});

describe('createSizesStatement', () => {
  it('counts the rows of each table, at its version', () => {
    expect(createSizesStatement(['silver.users', 'gold.gym_summary'], pins).split('\n').slice(2)).toEqual([
      "SELECT 'silver.users' AS table_name, count(*) AS table_rows FROM silver__users",
      'UNION ALL',
      "SELECT 'gold.gym_summary' AS table_name, count(*) AS table_rows FROM gold__gym_summary",
    ]);
  });
});

describe('createExamplesStatement', () => {
  it('shows a few failing rows of a rule, at the versions that were judged', () => {
    expect(createExamplesStatement(rule('a'), pins)).toBe(
      'WITH silver__users AS (SELECT * FROM silver.users VERSION AS OF 3)\n' +
        'SELECT * FROM (SELECT user_id FROM silver__users WHERE user_id IS NULL) LIMIT 20',
    );
  });
});
