import type { OrchestrationContext } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { activity, call, callAll } from '../../orchestrations/activity.ts';
import { createFakePorts } from '../support/fake-ports.ts';

const double = activity({
  name: 'double',
  input: z.object({ number: z.number() }),
  output: z.object({ number: z.number() }),
  run: async (_ports, { number }) => ({ number: number * 2 }),
});

interface PlannedCall {
  readonly name: string;
  readonly retry: { readonly maxNumberOfAttempts: number };
  readonly input: unknown;
}

const context = {
  df: {
    callActivityWithRetry: (name: string, retry: unknown, input: unknown) => ({ name, retry, input }),
    Task: { all: (tasks: unknown[]) => tasks },
  },
} as unknown as OrchestrationContext;

describe('an activity', () => {
  it('runs with its input', async () => {
    expect(await double.bind(createFakePorts())({ number: 2 })).toEqual({ number: 4 });
  });

  it('rejects an input that is not one', () => {
    expect(() => double.bind(createFakePorts())({ number: 'two' })).toThrow();
  });
});

describe('call', () => {
  it('calls by name, with retries, and gives what the schema promises', () => {
    const generator = call(context, double, { number: 2 });
    const planned = generator.next().value as unknown as PlannedCall;

    expect(planned).toMatchObject({ name: 'double', input: { number: 2 } });
    expect(planned.retry.maxNumberOfAttempts).toBeGreaterThan(1);
    expect(generator.next({ number: 4 })).toEqual({ done: true, value: { number: 4 } });
  });

  it('does not take a result that the schema does not allow', () => {
    const generator = call(context, double, { number: 2 });
    generator.next();
    expect(() => generator.next({ number: 'four' })).toThrow();
  });
});

describe('callAll', () => {
  it('calls with all inputs at once, and gives the results in that order', () => {
    const generator = callAll(context, double, [{ number: 2 }, { number: 3 }]);
    expect(generator.next().value).toMatchObject([{ input: { number: 2 } }, { input: { number: 3 } }]);
    expect(generator.next([{ number: 4 }, { number: 6 }])).toEqual({
      done: true,
      value: [{ number: 4 }, { number: 6 }],
    });
  });
});
