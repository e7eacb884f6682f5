import { expect, it, vi } from 'vitest';
import { renewWhile } from '../../operations/renew-while.ts';

it('renews until what runs has ended, also if a renewal fails, and waits for the last one', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const renew = vi.fn(async () => {});
  renew.mockRejectedValueOnce(new Error('Away.'));
  const run = async () => {
    await vi.advanceTimersByTimeAsync(35_000);
    throw new Error('It broke.');
  };
  await expect(renewWhile(renew, 10, run)).rejects.toThrow('It broke.');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(renew).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
