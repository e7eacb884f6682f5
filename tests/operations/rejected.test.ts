import { expect, it } from 'vitest';
import { isRejected } from '../../operations/rejected.ts';

it('a rejection is told from every other result', () => {
  expect(isRejected({ kind: 'rejected', code: 'conflict', reason: 'It has ended.' })).toBe(true);
  expect(isRejected({ kind: 'new' })).toBe(false);
  expect(isRejected({ plan: 'p-1' })).toBe(false);
});
