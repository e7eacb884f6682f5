import { describe, expect, it } from 'vitest';
import { toLandedName } from '../../medallion/contracts/bronze.ts';
import { selectVersions } from '../../medallion/layer.ts';

describe('selectVersions', () => {
  const landed = toLandedName('gym_logins');
  const versions = { [landed]: 1, 'silver.users': 2, 'gold.gym_summary': 3 };

  it('gives a layer its own tables, and bronze those of the datasets', () => {
    expect(selectVersions('bronze', versions)).toEqual({ [landed]: 1 });
    expect(selectVersions('silver', versions)).toEqual({ 'silver.users': 2 });
    expect(selectVersions('gold', versions)).toEqual({ 'gold.gym_summary': 3 });
  });
});
