import type { OrchestrationContext, Task } from 'durable-functions';
import * as df from 'durable-functions';
import type { z } from 'zod';
import type { World } from '../medallion/ports/world.ts';

interface Definition<Input extends z.ZodType, Output extends z.ZodType> {
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
  readonly perform: (world: World, input: z.output<Input>) => Promise<z.input<Output>>;
}

export interface Activity<Input extends z.ZodType, Output extends z.ZodType> {
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
  /** The handler, bound to the world it acts upon. Only the composition root calls this. */
  in(world: World): (raw: unknown) => Promise<unknown>;
}

export function activity<Input extends z.ZodType, Output extends z.ZodType>({
  perform,
  ...contract
}: Definition<Input, Output>): Activity<Input, Output> {
  return { ...contract, in: (world) => (raw) => perform(world, contract.input.parse(raw)) };
}

/** 2, 4, 8 ... seconds, about a minute in all: long enough for a service that restarts. */
function whenTheWorldStumbles(): df.RetryOptions {
  const retry = new df.RetryOptions(2_000, 6);
  retry.backoffCoefficient = 2;
  retry.maxRetryIntervalInMilliseconds = 30_000;
  return retry;
}

/** Asks for an activity and hands back what its schema promises, not what JSON happened to carry. */
export function* call<Input extends z.ZodType, Output extends z.ZodType>(
  context: OrchestrationContext,
  { name, output }: Activity<Input, Output>,
  input: z.input<Input>,
): Generator<Task, z.output<Output>, unknown> {
  const answer = yield context.df.callActivityWithRetry(name, whenTheWorldStumbles(), input);
  return output.parse(answer);
}

/** Asks for the same activity with several inputs at once, and hands back the answers in that order. */
export function* callAll<Input extends z.ZodType, Output extends z.ZodType>(
  context: OrchestrationContext,
  { name, output }: Activity<Input, Output>,
  inputs: readonly z.input<Input>[],
): Generator<Task, z.output<Output>[], unknown> {
  const tasks = inputs.map((input) => context.df.callActivityWithRetry(name, whenTheWorldStumbles(), input));
  const answers = (yield context.df.Task.all(tasks)) as unknown[];
  return answers.map((answer) => output.parse(answer));
}
