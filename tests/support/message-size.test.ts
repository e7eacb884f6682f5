import { expect, it } from 'vitest';
import { play } from './play.ts';

function* callWith(context: Parameters<Parameters<typeof play>[0]>[0]): ReturnType<Parameters<typeof play>[0]> {
  return yield context.df.callActivityWithRetry('activity', undefined as never, context.df.getInput());
}

it('a message of over 48 KiB fails the test that sends or gets it', () => {
  const large = 'x'.repeat(48 * 1024);
  const small = { activity: () => 'y' };
  expect(play(callWith, 'x', small).output).toBe('y');
  expect(() => play(callWith, large, small)).toThrow("The input of 'activity' has 49154 bytes.");
  expect(() => play(callWith, 'x', { activity: () => large })).toThrow("The result of 'activity' has 49154 bytes.");
});
