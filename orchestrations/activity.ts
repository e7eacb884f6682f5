import type { OrchestrationContext, Task } from 'durable-functions';
import * as df from 'durable-functions';
import type { z } from 'zod';
import type { Ports } from '../medallion/ports/index.ts';
import { after } from './clock.ts';
import { logEvent } from './log-event.ts';
import { answerOrLater, findLater, getPauseSeconds, isReported, maxOutageSeconds } from './outage.ts';

interface Definition<Input extends z.ZodType, Output extends z.ZodType> {
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
  readonly run: (ports: Ports, input: z.output<Input>) => Promise<z.input<Output>>;
}

export interface Activity<Input extends z.ZodType, Output extends z.ZodType> {
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
  /** The handler, bound to its ports. Only the composition root calls this. */
  bind(ports: Ports): (input: unknown) => Promise<unknown>;
}

export function activity<Input extends z.ZodType, Output extends z.ZodType>({
  run,
  ...contract
}: Definition<Input, Output>): Activity<Input, Output> {
  return {
    ...contract,
    bind: (ports) => (input) => answerOrLater(() => run(ports, contract.input.parse(input))),
  };
}

/** 2, 4, 8 ... seconds, about a minute in all: for what is no outage, and may go by all the same. */
function createTransientRetry(): df.RetryOptions {
  const retry = new df.RetryOptions(2_000, 6);
  retry.backoffCoefficient = 2;
  retry.maxRetryIntervalInMilliseconds = 30_000;
  return retry;
}

/** An activity that others may run beside, once it is yielded. Its result is still to be parsed. */
export const createTask = <Input extends z.ZodType>(
  context: OrchestrationContext,
  { name }: Pick<Activity<Input, z.ZodType>, 'name'>,
  input: z.input<Input>,
): Task => context.df.callActivityWithRetry(name, createTransientRetry(), input);

/** Calls an activity and hands back what its schema promises, not what JSON happened to carry. */
export function* call<Input extends z.ZodType, Output extends z.ZodType>(
  context: OrchestrationContext,
  called: Activity<Input, Output>,
  input: z.input<Input>,
): Generator<Task, z.output<Output>, unknown> {
  const result = yield createTask(context, called, input);
  return yield* parseOrWait(context, called, input, result);
}

/** Calls the same activity with several inputs at once, and hands back the results in that order. */
export function* callAll<Input extends z.ZodType, Output extends z.ZodType>(
  context: OrchestrationContext,
  called: Activity<Input, Output>,
  inputs: readonly z.input<Input>[],
): Generator<Task, z.output<Output>[], unknown> {
  const tasks = inputs.map((input) => createTask(context, called, input));
  const results = (yield context.df.Task.all(tasks)) as unknown[];
  const outputs: z.output<Output>[] = [];
  for (const [index, input] of inputs.entries())
    outputs.push(yield* parseOrWait(context, called, input, results[index]));
  return outputs;
}

/**
 * While a service is away, the orchestration sleeps and calls again: an outage costs delay and nothing else, until it has
 * lasted too long.
 */
export function* parseOrWait<Input extends z.ZodType, Output extends z.ZodType>(
  context: OrchestrationContext,
  called: Activity<Input, Output>,
  input: z.input<Input>,
  first: unknown,
): Generator<Task, z.output<Output>, unknown> {
  let result = first;
  let waited = 0;
  for (let attempt = 1; ; attempt++) {
    const later = findLater(result);
    if (later === undefined) return called.output.parse(result);
    if (waited >= maxOutageSeconds) throw new Error(later.reason);
    const seconds = getPauseSeconds(attempt, later, `${context.df.instanceId}\n${called.name}`);
    if (isReported(waited, waited + seconds))
      logEvent(context, 'warn', 'service.unavailable', { activity: called.name, reason: later.reason });
    yield context.df.createTimer(after(context, { seconds }));
    waited += seconds;
    result = yield createTask(context, called, input);
  }
}
