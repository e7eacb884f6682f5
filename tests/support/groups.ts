import type { Groups } from '../../medallion/groups.ts';

/** The groups of an environment, by role. */
export const groups: Groups = {
  operators: 'x-operators',
  jobs: 'x-jobs',
  readers: 'x-readers',
  privacy: 'x-privacy',
  engineers: 'x-engineers',
};
