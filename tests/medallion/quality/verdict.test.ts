import { describe, expect, it } from 'vitest';
import { describeVerdict } from '../../../medallion/quality/verdict.ts';

const violation = {
  rule: 'key_is_not_unique',
  table: 'silver.users',
  action: 'block',
  reason: 'Rows would double.',
} as const;

const summary = { rules: 1, evaluated: 1, fingerprint: 'f' };

describe('describeVerdict', () => {
  it('counts one row in the singular', () => {
    expect(describeVerdict({ outcome: 'blocked', ...summary, violations: [{ ...violation, failingRows: 1 }] })).toBe(
      "Rule 'key_is_not_unique' of 'silver.users' is broken by 1 row: Rows would double.",
    );
  });

  it('says which rule could not be evaluated', () => {
    expect(describeVerdict({ outcome: 'blocked', ...summary, violations: [violation] })).toBe(
      "Rule 'key_is_not_unique' of 'silver.users' could not be evaluated: Rows would double.",
    );
  });

  it('names no warning, and no rule that is suspended, as a cause', () => {
    const others = [
      { ...violation, rule: 'lines_are_quarantined', action: 'warn' as const, failingRows: 3 },
      { ...violation, rule: 'day_is_missing', isSuspended: true, failingRows: 1 },
    ];
    const violations = [...others, { ...violation, failingRows: 1 }];
    expect(describeVerdict({ outcome: 'blocked', ...summary, violations })).toBe(
      "Rule 'key_is_not_unique' of 'silver.users' is broken by 1 row: Rows would double.",
    );
    expect(describeVerdict({ outcome: 'warned', ...summary, violations: others })).toContain('lines_are_quarantined');
  });
});
