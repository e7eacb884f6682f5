import type { LandingContract } from '../../medallion/contracts/contract.ts';

export const aLanding = (dataset: string, ...tables: string[]): LandingContract => ({
  dataset,
  format: 'csv',
  header: true,
  times: { format: 'epoch-seconds' },
  routes: tables.map((table) => ({ table })),
  version: '1.0.0',
  purpose: 'Files.',
  columns: [],
  owner: 'fitness',
  readers: [],
  retention: { days: 1 },
});
