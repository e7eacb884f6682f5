import path from 'node:path';
import { main, readArguments } from './arguments.ts';
import { commands } from './commands/declarations.mjs';
import { landSamples } from './landing.ts';
import { landingZone } from './landing-zone.ts';
import { findStandstill, isQuiet, isWell, readStatus, retryWhileAway } from './operator.ts';
import { readSamples } from './samples.ts';
import { runCatalog } from './stack/catalog.ts';
import { noFaults, readFaults } from './stack/faults.ts';
import { type Stack, startStack } from './stack/stack.ts';
import { printSummary, printSummaryOrReason } from './summary.ts';
import { UserError } from './user-error.ts';
import { Watch } from './watch.ts';

const root = path.resolve(import.meta.dirname, '..');
const startedAt = Date.now();

const print = (line: string) => console.log(line);
const printStep = (line: string) => print(`[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${line}`);

await main(async () => {
  const { home, values } = readArguments(commands.start);
  const options = {
    root,
    home,
    port: parsePort(values.port),
    python: getVariable('MEDALLION_PYTHON'),
    jars: getVariable('MEDALLION_JARS'),
    wheel: getVariable('MEDALLION_WHEEL'),
    sweep: values.sweep,
    events: !values['no-events'],
    streaming: values.streaming,
    strict: values.strict,
    project: values.project,
    faults: values.faults === undefined ? noFaults : readFaults(values.faults),
    say: printStep,
  };
  printStep('starting the local stack');
  const stack = await startStack(options);
  try {
    return await Promise.race([operate(stack, home, values), waitForInterruption()]);
  } finally {
    printStep('stopping the local stack');
    await stack.stop();
  }
});
// Whoever still waits for an operator that has been stopped would wait for ever.
process.exit();

async function operate(
  stack: Stack,
  home: string,
  options: { empty: boolean; once: boolean; project: string },
): Promise<number> {
  const { addresses } = stack;
  printStep('applying the catalog');
  const { code, output } = await runCatalog(root, addresses, ['apply']);
  // What would lose data is left to a person, who sees here that it is there.
  if (code !== 0) print(output);
  printStep('starting the operator');
  await stack.startApp();
  printStep(`ready: ${addresses.app}/`);

  const watch = new Watch(addresses, printStep);
  await watch.skip();
  const samples = options.empty ? [] : readSamples(path.resolve(root, options.project));
  if (samples.length > 0) {
    const count = await landSamples(home, addresses, samples);
    printStep(count > 0 ? `landed ${count} sample files` : 'the sample files have landed before');
  }
  const getStatus = () => retryWhileAway(() => readStatus(landingZone(home, addresses), addresses));
  await watch.until(async () => {
    const status = await getStatus();
    return isQuiet(status) || findStandstill(status) !== undefined;
  });
  await (options.once ? printSummary : printSummaryOrReason)(home, addresses, print);
  const status = await getStatus();
  const standstill = isQuiet(status) ? undefined : findStandstill(status);
  if (standstill !== undefined) print(`\nNothing goes on: ${standstill}`);
  if (options.once) return isWell(status) && standstill === undefined ? 0 : 1;

  print('\nWatching the landing zone. Land more with: npm run land -- --dataset NAME FILE...   Stop with Ctrl-C.');
  await watch.until(() => false);
  return 0;
}

/** Ctrl-C, a polite signal, or the end of whoever started this: all stop in order. */
function waitForInterruption(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(0));
    process.once('disconnect', () => resolve(0));
    // Listening to the parent must not keep this process alive when its work is done.
    process.channel?.unref();
  });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UserError(`'${text}' is not a port. Choose a number up to 65535, or 0 for any free port.`);
}

function getVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`'${name}' is not set: start with 'npm start', which finds and sets it.`);
  return value;
}
