import { createStepsFrom, type Plan } from '../../medallion/reprocessing/plan.ts';
import { batch } from './samples.ts';

export const aPlan = (change: Partial<Plan> = {}): Plan => ({
  plan: `p-${batch}`,
  createdAt: '2026-01-02T00:00:00.000Z',
  expiresAt: '2026-01-03T00:00:00.000Z',
  actor: 'ann',
  reason: 'It was wrong.',
  selection: { files: { dataset: 'gym_logins' } },
  steps: createStepsFrom('bronze', []),
  tables: { stale: [], touched: [] },
  definitions: {},
  estimate: { rows: 0 },
  irreversible: [],
  warnings: [],
  files: [],
  ...change,
});
