import { expect, it } from 'vitest';
import { Attempts } from '../../operations/attempts.ts';

it('does each part whatever becomes of the others, counts all failures and names the first', async () => {
  const attempts = new Attempts();
  const done: number[] = [];
  for (let part = 0; part < 30; part++)
    await attempts.make(`part ${part}`, async () => {
      if (part > 0) throw new Error('HTTP 403.');
      done.push(part);
    });
  expect(done).toEqual([0]);
  expect(attempts.failed).toBe(29);
  expect(attempts.failures).toHaveLength(20);
  expect(attempts.failures[0]).toEqual({ subject: 'part 1', reason: 'HTTP 403.' });
});
