/** The app's own process: loads the app, answers the host's calls, and never outlives the host. */
import { Worker } from 'node:worker_threads';
import { CoreModule } from './core-module.ts';
import { invoke } from './invocation.ts';
import { loadApp } from './loader.ts';
import { type Call, type FromApp, type RegisteredFunction, type ToApp, thrownFrom } from './messages.ts';

// A thread of its own, since an app caught in an endless loop would never see that its host is gone.
const orphanWatch = `
  const host = process.ppid;
  setInterval(() => { if (process.ppid !== host) process.kill(process.pid, 'SIGKILL'); }, 500);
`;

function say(message: FromApp): void {
  // The channel closes before the last answers when the host goes; nobody is left to read them.
  if (process.connected) process.send?.(message);
}

const core = new CoreModule((record) => say({ kind: 'log', record }));

async function answer(call: Call): Promise<void> {
  try {
    say({ kind: 'answer', call: call.call, answer: await invoke(core, call) });
  } catch (error) {
    say({ kind: 'thrown', call: call.call, error: thrownFrom(error) });
  }
}

function registered(): RegisteredFunction[] {
  return [...core.functions.values()].map(({ id, name, triggerName, bindings, hasRetryPolicy }) => ({
    ...{ id, name, triggerName, hasRetryPolicy },
    bindings: JSON.parse(JSON.stringify(bindings)) as RegisteredFunction['bindings'],
  }));
}

new Worker(orphanWatch, { eval: true, execArgv: [] }).unref();
process.on('disconnect', () => process.exit(0));
// A terminal sends Ctrl-C to the whole group; the host decides when the app ends.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToApp) => {
  if (message.kind === 'ping') say({ kind: 'pong' });
  else void answer(message);
});

core.install();
try {
  const { streams } = await loadApp(core, process.argv[2] ?? '.');
  say({ kind: 'loaded', functions: registered(), ...(streams === undefined ? {} : { streams }) });
} catch (error) {
  say({ kind: 'unloadable', error: thrownFrom(error) });
}
