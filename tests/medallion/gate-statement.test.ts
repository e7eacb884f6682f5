import { describe, expect, it } from 'vitest';
import { gateStatement, tablesIn, UnknownVersionError } from '../../medallion/gate-statement.ts';
import { rule } from '../support/rules.ts';

const versions = { 'silver.users': 3, 'gold.gym_summary': 4 };

describe('tablesIn', () => {
  it('names each table of a query once', () => {
    expect(tablesIn('SELECT 1 FROM {silver.users} JOIN {gold.gym_summary} JOIN {silver.users}')).toEqual([
      'silver.users',
      'gold.gym_summary',
    ]);
  });
});

describe('gateStatement', () => {
  it('opens each table once, at its version, in the schema behind gold', () => {
    const join = rule('a', { offenders: 'SELECT 1 FROM {silver.users} JOIN {gold.gym_summary}' });
    expect(gateStatement([join], versions)).toBe(
      [
        'WITH silver__users AS (SELECT * FROM silver.users VERSION AS OF 3),',
        'gold__gym_summary AS (SELECT * FROM gold_staged.gym_summary VERSION AS OF 4)',
        "SELECT 'silver.users' AS table_name, 'a' AS rule, count(*) AS offenders, 0 AS table_rows FROM (SELECT 1 FROM silver__users JOIN gold__gym_summary)",
      ].join('\n'),
    );
  });

  it('lets plain conditions on one table share a scan, which still skips files that meet none of them', () => {
    const first = rule('a', { offenders: 'SELECT user_id FROM {silver.users} WHERE user_id IS NULL' });
    const second = rule('b', {
      offenders: 'SELECT user_id, x FROM {silver.users} WHERE x > 1',
      tolerates: { kind: 'percent', percent: 5 },
    });
    expect(gateStatement([first, second], versions).split('\n').slice(1)).toEqual([
      "SELECT 'silver.users' AS table_name, rule, offenders, (SELECT count(*) FROM silver__users) AS table_rows FROM (" +
        "SELECT stack(2, 'a', c0, 'b', c1) AS (rule, offenders) FROM (" +
        'SELECT count_if(user_id IS NULL) AS c0, count_if(x > 1) AS c1 FROM silver__users WHERE (user_id IS NULL) OR (x > 1)))',
    ]);
  });

  it.for([
    'SELECT user_id FROM {silver.users} WHERE x > 1 GROUP BY user_id HAVING count(*) > 1',
    'SELECT user_id FROM {silver.users} WHERE user_id NOT IN (SELECT user_id FROM {gold.gym_summary})',
    'SELECT user_id FROM {gold.gym_summary} WHERE x > 1',
    'SELECT max(x) FROM {silver.users} WHERE x > 1',
  ])('asks what is more than a plain condition as it was written: %s', (offenders) => {
    expect(gateStatement([rule('a', { offenders })], versions)).toContain(
      `FROM (${offenders.replaceAll(/\{(\w+)\.(\w+)\}/g, '$1__$2')})`,
    );
  });

  it('refuses a table whose version nobody told', () => {
    expect(() => gateStatement([rule('a')], {})).toThrow(UnknownVersionError);
  });
});
