import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../environments/environment.ts';
import type { CommandDeclaration } from './commands/help.mjs';
import { parseCommand, UsageError } from './commands/parse.mjs';
import { type Addresses, findRunning } from './stack/home.ts';
import { isLocked } from './stack/lock.ts';
import { UserError } from './user-error.ts';

type Value<Option> = Option extends { type: 'boolean' }
  ? boolean
  : Option extends { choices: readonly (infer Choice)[] }
    ? Choice
    : Option extends { default: string } | { required: true }
      ? string
      : string | undefined;

type Values<Command extends CommandDeclaration> = {
  readonly [Name in keyof Command['options']]: Value<Command['options'][Name]>;
};

/** Reads the command line as it was declared; every command of a local stack has a home. */
export function readArguments<Command extends CommandDeclaration>(command: Command) {
  const { positionals, values } = parseCommand(command, process.argv.slice(2));
  return { positionals, values: values as Values<Command>, home: path.resolve(String(values['home'])) };
}

export function requireRunning(home: string): Addresses {
  const running = findRunning(home);
  if (running) return running;
  throw new UserError(`No local stack is ready in '${home}'. Start one with: npm start -- --home ${home}`);
}

/** Waits for a local stack that is starting; if nobody has started one, that is an error. */
export async function waitForRunning(home: string): Promise<Addresses> {
  while (!findRunning(home) && isLocked(home)) await sleep(500);
  return requireRunning(home);
}

/** A mistake of the caller gets its sentence; anything else is ours, and shows where it came from. */
export async function main(perform: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await perform();
  } catch (error) {
    const isMistake = [UserError, UsageError, EnvironmentError].some((mistake) => error instanceof mistake);
    console.error(isMistake ? (error as Error).message : error);
    process.exitCode = 2;
  }
}
