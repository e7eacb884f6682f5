import path from 'node:path';
import { argumentsOf, main } from './arguments.ts';
import { set1 } from './demo/set-1.ts';
import { landDemo } from './landing.ts';
import { landingZone } from './landing-zone.ts';
import { isQuiet, isWell, patiently, statusOf } from './operator.ts';
import { runCatalog } from './stack/catalog.ts';
import { noFaults, readFaults } from './stack/faults.ts';
import { type Stack, startStack } from './stack/stack.ts';
import { summarise } from './summary.ts';
import { UserError } from './user-error.ts';
import { Watch } from './watch.ts';

const usage =
  'Usage: npm start -- [--once] [--empty] [--home DIR] [--port N] [--sweep CRON] [--no-events] [--streaming] [--faults FILE]';
const root = path.resolve(import.meta.dirname, '..');
const started = Date.now();

const say = (line: string) => console.log(line);
const step = (line: string) => say(`[${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s] ${line}`);

await main(async () => {
  const { home, values } = argumentsOf(
    {
      once: { type: 'boolean', default: false },
      empty: { type: 'boolean', default: false },
      port: { type: 'string', default: '7071' },
      sweep: { type: 'string', default: '*/10 * * * * *' },
      'no-events': { type: 'boolean', default: false },
      streaming: { type: 'boolean', default: false },
      faults: { type: 'string' },
    },
    usage,
  );
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UserError(`'${values.port}' is not a port.\n${usage}`);

  step('starting the local stack');
  const stack = await startStack({
    root,
    home,
    port,
    python: required('MEDALLION_PYTHON'),
    jars: required('MEDALLION_JARS'),
    wheel: required('MEDALLION_WHEEL'),
    sweep: String(values.sweep),
    events: !values['no-events'],
    streaming: values.streaming === true,
    faults: values.faults === undefined ? noFaults : readFaults(String(values.faults)),
    say: step,
  });
  const interrupted = interruption();
  try {
    const ended = await Promise.race([
      operate(stack, home, { once: values.once === true, empty: values.empty === true }),
      interrupted,
    ]);
    return ended;
  } finally {
    step('stopping the local stack');
    await stack.stop();
  }
});
// Whoever still waits for an operator that has been stopped would wait for ever.
process.exit();

async function operate(
  stack: Stack,
  home: string,
  { empty, once }: { empty: boolean; once: boolean },
): Promise<number> {
  const { addresses } = stack;
  step('applying the catalog');
  const { code, output } = await runCatalog(root, addresses, ['apply']);
  // What would lose data is left to a person, who sees here that it is there.
  if (code !== 0) say(output);
  step('starting the operator');
  await stack.startApp();
  step(`ready: ${addresses.app}/`);

  const watch = new Watch(addresses, step);
  await watch.skip();
  if (!empty) {
    const landed = await landDemo(home, addresses, set1(root));
    step(landed > 0 ? `landed the ${landed} files of set 1` : 'set 1 has landed before');
  }
  const status = () => patiently(() => statusOf(landingZone(home, addresses), addresses));
  await watch.until(async () => isQuiet(await status()));
  await summarise(home, addresses, say);
  if (once) return isWell(await status()) ? 0 : 1;

  say('\nWatching the landing zone. Land more with: npm run land -- --dataset NAME FILE...   Stop with Ctrl-C.');
  await watch.until(() => false);
  return 0;
}

/** Ctrl-C, a polite signal, or the end of whoever started this: all stop in order. */
function interruption(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(0));
    process.once('disconnect', () => resolve(0));
    // Listening to the parent must not keep this process alive when its work is done.
    process.channel?.unref();
  });
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`'${name}' is not set: start with 'npm start', which finds and sets it.`);
  return value;
}
