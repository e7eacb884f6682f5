import type { Contracts } from '../../medallion/contracts/contract.ts';

/** How many days landed files are kept, by dataset: Bicep reads no contract. */
export const retentionDays = ({ landing }: Contracts): Record<string, number> =>
  Object.fromEntries(landing.map(({ dataset, retention }) => [dataset, retention.days]));
