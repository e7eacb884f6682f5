import { setTimeout as sleep } from 'node:timers/promises';
import * as df from 'durable-functions';
import { note } from './trace.mjs';

/** The orchestrators by name, for tests that run them without a host. */
export const orchestrations = {};

function orchestration(name, handler) {
  orchestrations[name] = handler;
  df.app.orchestration(name, handler);
}

const attempts = new Map();

df.app.activity('echo', { handler: (input) => input });
df.app.activity('upper', {
  handler: (text) => {
    note({ activity: 'upper', text });
    return text.toUpperCase();
  },
});
df.app.activity('flaky', {
  handler: ({ key, failures }) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    note({ activity: 'flaky', key, attempt });
    if (attempt <= failures) throw new Error(`flaky attempt ${attempt}`);
    return attempt;
  },
});
df.app.activity('slow', {
  handler: async (milliseconds) => {
    note({ activity: 'slow', milliseconds });
    await sleep(milliseconds);
    return milliseconds;
  },
});
df.app.activity('exits', { handler: () => process.exit(5) });
df.app.activity('large', { handler: ({ bytes }) => 'x'.repeat(bytes) });

const addMs = (context, milliseconds) => new Date(context.df.currentUtcDateTime.getTime() + milliseconds);

orchestration('single', function* (context) {
  return yield context.df.callActivity('upper', context.df.getInput());
});

orchestration('values', function* (context) {
  const answers = [];
  for (const value of [null, '', 0, false, 'é😀', [1], { a: { b: null } }, 1.5]) {
    answers.push(yield context.df.callActivity('echo', value));
  }
  return answers;
});

orchestration('fanOut', function* (context) {
  const { count } = context.df.getInput();
  return yield context.df.Task.all(
    Array.from({ length: count }, (_, index) => context.df.callActivity('upper', `x${index}`)),
  );
});

orchestration('chain', function* (context) {
  let sum = 0;
  for (let index = 1; index <= context.df.getInput().count; index += 1)
    sum += yield context.df.callActivity('slow', index);
  return sum;
});

orchestration('retries', function* (context) {
  const { failures, attempts: maxAttempts, intervalMs = 50 } = context.df.getInput();
  const retry = new df.RetryOptions(intervalMs, maxAttempts);
  retry.backoffCoefficient = 2;
  const attempt = yield context.df.callActivityWithRetry('flaky', retry, { key: context.df.instanceId, failures });
  // Ids are in step with the engine's only if this one is answered.
  return [attempt, yield context.df.callActivity('upper', 'after')];
});

orchestration('caught', function* (context) {
  try {
    yield context.df.callActivity('flaky', { key: context.df.instanceId, failures: 9 });
  } catch (error) {
    return error.message;
  }
});

orchestration('waits', function* (context) {
  const first = yield context.df.waitForExternalEvent('go');
  context.df.setCustomStatus({ got: first });
  const second = yield context.df.waitForExternalEvent('go');
  return [first, second];
});

orchestration('approval', function* (context) {
  const timeout = context.df.createTimer(addMs(context, context.df.getInput().timeoutMs));
  const approval = context.df.waitForExternalEvent('approve');
  const winner = yield context.df.Task.any([approval, timeout]);
  if (winner === timeout) return 'timed out';
  timeout.cancel();
  return yield approval;
});

orchestration('sleeps', function* (context) {
  const before = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(addMs(context, context.df.getInput().milliseconds));
  return context.df.currentUtcDateTime.getTime() - before;
});

orchestration('parent', function* (context) {
  const one = yield context.df.callSubOrchestrator('single', 'abc', `${context.df.instanceId}-child`);
  const two = yield context.df.callSubOrchestrator('version', null, undefined, '2.0');
  return [one, two, context.df.version];
});

orchestration('version', function* (context) {
  yield context.df.callActivity('echo', 1);
  return [context.df.version, context.df.parentInstanceId ? 'child' : 'top'];
});

orchestration('flakyChild', function* (context) {
  return yield context.df.callActivity('flaky', { key: context.df.getInput().key, failures: 2 });
});

orchestration('parentRetries', function* (context) {
  const retry = new df.RetryOptions(20, 4);
  const answer = yield context.df.callSubOrchestratorWithRetry('flakyChild', retry, { key: context.df.instanceId });
  return [answer, yield context.df.callActivity('upper', 'after')];
});

orchestration('parentCatches', function* (context) {
  try {
    yield context.df.callSubOrchestrator(context.df.getInput().name, null, context.df.getInput().id);
  } catch (error) {
    return error.message;
  }
});

orchestration('eternal', function* (context) {
  const { round, until } = context.df.getInput();
  context.df.setCustomStatus({ round });
  yield context.df.callActivity('echo', round);
  if (round < until) {
    context.df.continueAsNew({ round: round + 1, until });
    return;
  }
  return { round };
});

orchestration('eternalWithEvents', function* (context) {
  const { sum, versions = [] } = context.df.getInput();
  const seen = [...versions, context.df.version ?? 'none'];
  context.df.setCustomStatus({ versions: seen });
  const number = yield context.df.waitForExternalEvent('number');
  if (number === 0) return sum;
  context.df.continueAsNew({ sum: sum + number, versions: seen });
});

orchestration('throws', function* (context) {
  yield context.df.callActivity('echo', 1);
  throw new Error('orchestrator gave up');
});

orchestration('failsOnce', function* (context) {
  const answer = yield context.df.callActivity('flaky', { key: context.df.getInput().key, failures: 1 });
  return [answer, yield context.df.callActivity('upper', 'after')];
});

orchestration('parentFailsOnce', function* (context) {
  return yield context.df.callSubOrchestrator('failsOnce', { key: context.df.instanceId });
});

orchestration('runsActivity', function* (context) {
  const { name, input } = context.df.getInput();
  return yield context.df.callActivity(name, input);
});

orchestration('pipeline', function* (context) {
  const { word } = context.df.getInput();
  const steps = [yield context.df.callActivity('upper', word)];
  yield context.df.createTimer(addMs(context, 100));
  const timeout = context.df.createTimer(addMs(context, 60_000));
  const approval = context.df.waitForExternalEvent('approve');
  const winner = yield context.df.Task.any([approval, timeout]);
  if (winner === approval) timeout.cancel();
  steps.push(yield approval);
  steps.push(yield context.df.callSubOrchestrator('fanOut', { count: 3 }));
  steps.push(yield context.df.callActivityWithRetry('slow', new df.RetryOptions(20, 3), 100));
  return steps;
});
