import type { GateRule } from '../../medallion/quality/gate-statement.ts';

export const rule = (name: string, change: Partial<GateRule> = {}): GateRule => ({
  name,
  table: 'silver.users',
  reason: 'It would be wrong.',
  query: 'SELECT user_id FROM {silver.users} WHERE user_id IS NULL',
  tolerates: { kind: 'count', rows: 0 },
  action: 'block',
  ...change,
});
