import * as df from 'durable-functions';

/**
 * Runs a program of steps, each `{ kind, ... }`, and answers what each of them gave. What a step answers is certain
 * beforehand, so that every id that gets out of step shows as a wrong answer.
 */
export function* program(context) {
  const answers = [];
  for (const step of context.df.getInput().steps) answers.push(yield* runStep(context, step));
  return answers;
}

df.app.orchestration('program', program);

function* runStep(context, step) {
  if (step.kind === 'all') return yield context.df.Task.all(step.steps.map((child) => createTask(context, child)));
  if (step.kind === 'any') return yield* race(context, step);
  if (step.kind === 'caught') return yield* caught(context, step);
  const answer = yield createTask(context, step);
  return step.kind === 'timer' ? 'timer' : answer;
}

function* race(context, { milliseconds, value }) {
  const timeout = createTimer(context, 60_000);
  const work = context.df.callActivity('sleepAndEcho', { milliseconds, value });
  const winner = yield context.df.Task.any([timeout, work]);
  if (winner === work) timeout.cancel();
  return yield work;
}

function* caught(context, { key }) {
  try {
    yield context.df.callActivityWithRetry('flakyEcho', new df.RetryOptions(5, 2), { key, failures: 99 });
    return 'not caught';
  } catch {
    return 'caught';
  }
}

function createTask(context, step) {
  switch (step.kind) {
    case 'echo':
      return context.df.callActivity('sleepAndEcho', step);
    case 'retry':
      // The process remembers its failures, and forgets them when it is killed: many tries, so that one succeeds.
      return context.df.callActivityWithRetry('flakyEcho', new df.RetryOptions(5, 100), step);
    case 'timer':
      return createTimer(context, step.milliseconds);
    case 'child':
      return context.df.callSubOrchestrator('program', { steps: step.steps });
    default:
      throw new Error(`Unknown step '${step.kind}'.`);
  }
}

function createTimer(context, milliseconds) {
  return context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + milliseconds));
}

const attempts = new Map();

df.app.activity('sleepAndEcho', {
  handler: async ({ milliseconds, value }) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return { value };
  },
});
df.app.activity('flakyEcho', {
  handler: ({ key, failures, value }) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    if (attempt <= failures) throw new Error(`attempt ${attempt}`);
    return { value };
  },
});
