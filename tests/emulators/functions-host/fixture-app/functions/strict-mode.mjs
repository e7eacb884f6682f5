import * as df from 'durable-functions';

const addMs = (context, milliseconds) => new Date(context.df.currentUtcDateTime.getTime() + milliseconds);

df.app.orchestration('sharedTimer', function* (context) {
  const timeout = context.df.createTimer(addMs(context, 60_000));
  yield context.df.Task.any([context.df.waitForExternalEvent('a'), timeout]);
  yield context.df.Task.any([context.df.waitForExternalEvent('b'), timeout]);
});

df.app.orchestration('retryTimeout', function* (context) {
  const retry = new df.RetryOptions(10, 3);
  retry.retryTimeoutInMilliseconds = 1000;
  yield context.df.callActivityWithRetry('echo', retry, 1);
});

df.app.orchestration('forgottenTimer', function* (context) {
  const timeout = context.df.createTimer(addMs(context, 1500));
  const answer = context.df.callActivity('echo', { fast: true });
  yield context.df.Task.any([answer, timeout]);
  return 'returned';
});

let turns = 0;
df.app.orchestration('nonDeterministic', function* (context) {
  turns += 1;
  yield context.df.callActivity(turns % 2 === 1 ? 'echo' : 'upper', 'a');
  yield context.df.callActivity('echo', 'b');
});

df.app.orchestration('driftingInput', function* (context) {
  yield context.df.callActivity('echo', { random: Math.random() });
  yield context.df.callActivity('echo', 'b');
});

df.app.orchestration('twoWaits', function* (context) {
  yield context.df.Task.all([context.df.waitForExternalEvent('x'), context.df.waitForExternalEvent('x')]);
});

df.app.orchestration('plainContinue', function* (context) {
  yield context.df.callActivity('echo', 'b');
  if (context.df.getInput() === 'again') return 'done';
  context.df.continueAsNew('again');
});

df.app.orchestration('emptyStatus', function* (context) {
  context.df.setCustomStatus('');
  yield context.df.callActivity('echo', 'b');
});

df.app.orchestration('jsonText', function* (context) {
  return typeof (yield context.df.callActivity('echo', '{"a":1}'));
});

df.app.orchestration('notYielded', function* (context) {
  context.df.callActivity('upper', 'lost');
  yield context.df.callActivity('echo', 'b');
});

df.app.orchestration('callsHttp', function* (context) {
  yield context.df.callHttp({ method: 'GET', url: 'http://127.0.0.1:1/' });
});

df.app.orchestration('callsEntity', function* (context) {
  yield context.df.callEntity(new df.EntityId('counter', 'a'), 'add', 1);
});

df.app.orchestration('looping', function* (context) {
  for (;;) if (context === undefined) yield context;
});
