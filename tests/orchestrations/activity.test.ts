import type { OrchestrationContext } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { activity, call } from '../../orchestrations/activity.ts';
import { createFakePorts } from '../support/fake-ports.ts';

const double = activity({
  name: 'double',
  input: z.object({ number: z.number() }),
  output: z.object({ number: z.number() }),
  run: async (_world, { number }) => ({ number: number * 2 }),
});

const context = {
  df: { callActivityWithRetry: (name: string, retry: unknown, input: unknown) => ({ name, retry, input }) },
} as unknown as OrchestrationContext;

describe('an activity', () => {
  it('performs what its input says', async () => {
    expect(await double.in(createFakePorts({}))({ number: 2 })).toEqual({ number: 4 });
  });

  it('refuses an input that is not one', () => {
    expect(() => double.in(createFakePorts({}))({ number: 'two' })).toThrow();
  });
});

describe('call', () => {
  it('asks by name, with patience, and gives what the schema promises', () => {
    const createRequest = call(context, double, { number: 2 });
    const asked = createRequest.next().value as unknown as {
      name: string;
      retry: { maxNumberOfAttempts: number };
      input: unknown;
    };

    expect(asked).toMatchObject({ name: 'double', input: { number: 2 } });
    expect(asked.retry.maxNumberOfAttempts).toBeGreaterThan(1);
    expect(createRequest.next({ number: 4 })).toEqual({ completed: true, value: { number: 4 } });
  });

  it('does not take an answer that the schema does not know', () => {
    const createRequest = call(context, double, { number: 2 });
    createRequest.next();
    expect(() => createRequest.next({ number: 'four' })).toThrow();
  });
});
