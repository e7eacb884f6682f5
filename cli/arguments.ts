import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type Addresses, findRunning } from './stack/home.ts';
import { isLocked } from './stack/lock.ts';
import { UserError } from './user-error.ts';

const shared = { home: { type: 'string', default: '.local' } } as const;

/** Reads the command line strictly; an unknown option is said, not skipped. */
export function argumentsOf<Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  try {
    const { positionals, values } = parseArgs({
      options: { ...options, ...shared },
      allowPositionals: true,
      strict: true,
    });
    return { positionals, values, home: path.resolve(String((values as { home?: string }).home)) };
  } catch (cause) {
    throw new UserError(`${(cause as Error).message}\n${usage}`, { cause });
  }
}

export function runningOrRefuse(home: string): Addresses {
  const running = findRunning(home);
  if (running) return running;
  throw new UserError(`No local stack is ready in '${home}'. Start one with: npm start -- --home ${home}`);
}

/** Waits for a local stack that is starting; one that nobody has started is refused. */
export async function runningOrAwaited(home: string): Promise<Addresses> {
  while (!findRunning(home) && isLocked(home)) await sleep(500);
  return runningOrRefuse(home);
}

/** A mistake of the caller's gets its sentence; anything else is ours, and shows where it came from. */
export async function main(perform: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await perform();
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    process.exitCode = 2;
  }
}
