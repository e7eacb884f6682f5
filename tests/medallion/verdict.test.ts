import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../medallion/verdict.ts';

const breach = {
  rule: 'key_is_not_unique',
  table: 'silver.users',
  action: 'block',
  because: 'Rows would double.',
} as const;

describe('reasonOf', () => {
  it('counts one row in the singular', () => {
    expect(reasonOf({ outcome: 'blocked', rules: 1, breaches: [{ ...breach, offenders: 1 }] })).toBe(
      "Rule 'key_is_not_unique' of 'silver.users' is broken by 1 row: Rows would double.",
    );
  });

  it('says which rule could not be evaluated', () => {
    expect(reasonOf({ outcome: 'blocked', rules: 1, breaches: [breach] })).toBe(
      "Rule 'key_is_not_unique' of 'silver.users' could not be evaluated: Rows would double.",
    );
  });
});
