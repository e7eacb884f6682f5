import type { LandingContract } from '../../medallion/contracts/contract.ts';

export const aLanding = (dataset: string, ...records: string[]): LandingContract => ({
  dataset,
  format: 'csv',
  header: true,
  times: { format: 'epoch-seconds' },
  routes: records.map((record) => ({ record })),
  version: '1.0.0',
  purpose: 'Files.',
  records: [],
  owner: 'fitness',
  readers: [],
  retention: { days: 1 },
});
