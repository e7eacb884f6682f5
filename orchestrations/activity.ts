import type { OrchestrationContext, Task } from 'durable-functions';
import * as df from 'durable-functions';
import type { z } from 'zod';
import type { Ports } from '../medallion/ports/index.ts';

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
  return { ...contract, bind: (ports) => (input) => run(ports, contract.input.parse(input)) };
}

/** 2, 4, 8 ... seconds, about a minute in all: long enough for a service that restarts. */
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
  { name, output }: Activity<Input, Output>,
  input: z.input<Input>,
): Generator<Task, z.output<Output>, unknown> {
  const result = yield context.df.callActivityWithRetry(name, createTransientRetry(), input);
  return output.parse(result);
}

/** Calls the same activity with several inputs at once, and hands back the results in that order. */
export function* callAll<Input extends z.ZodType, Output extends z.ZodType>(
  context: OrchestrationContext,
  { name, output }: Activity<Input, Output>,
  inputs: readonly z.input<Input>[],
): Generator<Task, z.output<Output>[], unknown> {
  const tasks = inputs.map((input) => context.df.callActivityWithRetry(name, createTransientRetry(), input));
  const results = (yield context.df.Task.all(tasks)) as unknown[];
  return results.map((result) => output.parse(result));
}
