import { RestError } from '@azure/data-tables';
import type { OrchestrationContext } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JobServiceError } from '../../medallion/errors.ts';
import { activity, call, callAll } from '../../orchestrations/activity.ts';
import { createFakePorts } from '../support/fake-ports.ts';
import { play } from '../support/play.ts';

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

  it('rejects an input that is not one', async () => {
    await expect(double.bind(createFakePorts())({ number: 'two' })).rejects.toThrow();
  });
});

const awayFor = (error: Error) =>
  activity({ ...double, run: () => Promise.reject(error) }).bind(createFakePorts())({ number: 2 });

describe('an activity while a service is away', () => {
  it('says that it is to be called later, and when', async () => {
    const error = new JobServiceError('HTTP 503.', { retryAfterSeconds: 30 });
    expect(await awayFor(error)).toEqual({ later: true, seconds: 30, reason: 'HTTP 503.' });
    const busy = new RestError('Busy.', { statusCode: 503 });
    expect(await awayFor(busy)).toEqual({ later: true, seconds: 0, reason: 'Busy.' });
  });

  it('throws whatever is no outage', async () => {
    await expect(awayFor(new RestError('Too large.', { statusCode: 413 }))).rejects.toThrow('Too large.');
    await expect(awayFor(new TypeError('It is undefined.'))).rejects.toThrow('It is undefined.');
  });
});

const later = { later: true, seconds: 0, reason: 'The workspace is away.' };

function* callDouble(orchestration: OrchestrationContext): ReturnType<typeof call<z.ZodType, z.ZodType>> {
  return yield* call(orchestration, double, { number: 2 });
}

describe('a call while a service is away', () => {
  it('waits longer and longer, and gives the result when the service is back', () => {
    let calls = 0;
    const { logged, output } = play(callDouble, {}, { double: () => (++calls < 12 ? later : { number: 4 }) });
    expect(output).toEqual({ number: 4 });
    // Minutes later, and somebody has heard of it. No other orchestration waits until the same moment.
    expect(logged).toMatchObject([{ event: 'service.unavailable', activity: 'double', reason: later.reason }]);
    expect(logged[0]?.['at']).toMatch(/^2026-01-01T00:0[34]:/);
    expect(logged[0]?.['at']).not.toBe('2026-01-01T00:04:06.000Z');
  });

  it('waits as long as the service asks for', () => {
    const answers = [{ ...later, seconds: 300 }, { number: 4 }];
    const { calls, inputs } = play(callDouble, {}, { double: () => answers.shift() });
    expect(calls).toEqual(['double', 'timer', 'double']);
    expect(inputs).toHaveLength(2);
  });

  /** Asked each ten minutes, and back after some of them. */
  const playAway = (times: number) => {
    const answers = [...Array(times).fill({ ...later, seconds: 600 }), { number: 4 }];
    return play(callDouble, {}, { double: () => answers.shift() });
  };

  it('costs delay and nothing else while the outage lasts less than a day, and somebody hears of it all the time', () => {
    const { logged, output } = playAway(143);
    expect(output).toEqual({ number: 4 });
    expect(logged).toHaveLength(143);
  });

  it('fails with the reason after a day, so that nothing waits for ever', () => {
    expect(() => playAway(145)).toThrow('The workspace is away.');
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

  it('waits for those alone that came too early', () => {
    function* callBoth(orchestration: OrchestrationContext): ReturnType<typeof callAll<z.ZodType, z.ZodType>> {
      return yield* callAll(orchestration, double, [{ number: 2 }, { number: 3 }]);
    }
    let isAway = true;
    const { calls, output } = play(
      callBoth,
      {},
      {
        double: ({ number }: { number: number }) => {
          if (number === 2 || !isAway) return { number: number * 2 };
          isAway = false;
          return later;
        },
      },
    );
    expect(output).toEqual([{ number: 4 }, { number: 6 }]);
    expect(calls.at(-1)).toBe('double');
  });
});
