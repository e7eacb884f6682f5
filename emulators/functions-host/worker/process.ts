/** The app's own process: loads the app, answers the host's calls, and never outlives the host. */
import { Worker } from 'node:worker_threads';
import type { Faults } from '../../shared/faults.ts';
import { CoreModule } from './core-module.ts';
import { invoke } from './invocation.ts';
import { killAtWrites } from './kill-at-writes.ts';
import { loadApp } from './loader.ts';
import { type FromApp, type InvocationCall, type RegisteredFunction, type ToApp, toThrown } from './messages.ts';
import { shiftClock } from './shift-clock.ts';

// A thread of its own, since an app caught in an endless loop would never see that its host is gone.
const orphanWatch = `
  const host = process.ppid;
  setInterval(() => { if (process.ppid !== host) process.kill(process.pid, 'SIGKILL'); }, 500);
`;

function send(message: FromApp): void {
  // The channel closes before the last answers when the host goes; nobody is left to read them.
  if (process.connected) process.send?.(message);
}

const core = new CoreModule((record) => send({ kind: 'log', record }));

async function answer(call: InvocationCall): Promise<void> {
  try {
    send({ kind: 'answer', call: call.call, answer: await invoke(core, call) });
  } catch (error) {
    send({ kind: 'thrown', call: call.call, error: toThrown(error) });
  }
}

function listFunctions(): RegisteredFunction[] {
  return [...core.functions.values()].map(({ id, name, triggerName, bindings, hasRetryPolicy }) => ({
    id,
    name,
    triggerName,
    hasRetryPolicy,
    bindings: JSON.parse(JSON.stringify(bindings)) as RegisteredFunction['bindings'],
  }));
}

new Worker(orphanWatch, { eval: true, execArgv: [] }).unref();
process.on('disconnect', () => process.exit(0));
// A terminal sends Ctrl-C to the whole group; the host decides when the app ends.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToApp) => {
  if (message.kind === 'ping') send({ kind: 'pong' });
  else void answer(message);
});

shiftClock(Number(process.argv[4] ?? 0));
killAtWrites(JSON.parse(process.argv[3] ?? '{"faults":[]}') as Faults);
core.install();
try {
  const { streams } = await loadApp(core, process.argv[2] ?? '.');
  send({ kind: 'loaded', functions: listFunctions(), ...(streams === undefined ? {} : { streams }) });
} catch (error) {
  send({ kind: 'unloadable', error: toThrown(error) });
}
