import { describe, expect, it } from 'vitest';
import { describeErasure, findErasureErrors } from '../../../medallion/contracts/erasure.ts';
import { Erasure } from '../../../medallion/contracts/erasure-options.ts';

const id = { name: 'customer_id', type: 'string', required: true, description: 'Who.' };
const name = { ...id, name: 'name', classification: 'personal' as const };

describe('what becomes of a deleted person', () => {
  it('has to be declared where columns are personal', () => {
    expect(findErasureErrors({ columns: [id] })).toEqual([]);
    expect(findErasureErrors({ columns: [id, name] })).toEqual([
      "erasure: what becomes of a deleted person is not declared. Say subject and action, because personal columns were found: 'name'",
    ]);
    expect(findErasureErrors({ columns: [id, name], erasure: { subject: 'customer_id', action: 'delete' } })).toEqual(
      [],
    );
  });

  it('names columns that are there', () => {
    const erasure = Erasure.parse({ subject: 'user_id', action: 'delete', links: ['device_id'] });

    expect(findErasureErrors({ columns: [id], erasure })).toEqual([
      "erasure: not a column; found 'user_id'",
      "erasure: not a column; found 'device_id'",
    ]);
  });

  it('blanks something', () => {
    const erasure = { subject: 'customer_id', action: 'blank' } as const;

    expect(findErasureErrors({ columns: [id, { ...name, subject: 'customer_id' }], erasure })).toEqual([]);
    expect(findErasureErrors({ columns: [id, name], erasure })).toEqual([
      "erasure: no column would be blanked. Give the columns to blank the subject 'customer_id'",
    ]);
  });

  it('is a sentence for readers', () => {
    expect(describeErasure({ subject: 'user_id', action: 'delete', links: ['device_id'] })).toBe(
      'When the person of a `user_id` is deleted, the row is deleted. Further ids of the person are in `device_id`.',
    );
    expect(describeErasure({ subject: 'customer_id', action: 'keep', reason: 'The law.' })).toBe(
      'When the person of a `customer_id` is deleted, the row stays as it is. The law.',
    );
  });
});
