import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/declarations.mjs';
import type { CommandDeclaration } from '../../cli/commands/help.mjs';
import { parseCommand, UsageError } from '../../cli/commands/parse.mjs';
import { root, sources } from './sources.ts';

/** All that tells somebody to type a command: pages, messages of programs, notes in pipelines. */
const files = sources(/\.(md|ts|mjs|js|py|yml|sh)$/).filter((file) => !/^(tests|CHANGELOG|bench\/main)/.test(file));

/** With arguments; the call alone is how a text names the command. It ends where its quote, its line or its sentence does. */
const callPattern = /npm (?:run )?([a-z]+) -- ((?:"[^"\n]*"|[^'"`\n|])+)/g;

/** A word in capitals, in braces or in angle brackets stands for one that its reader knows. */
const isPlaceholder = (word: string) => /^(?:[A-Z]+|\$\{.*\}|<.*>)(?:\.{3}|[.,;])?$/.test(word);

/** The words of a call as far as they are its arguments: two spaces, or a sentence that goes on, end them. */
function listWords(text: string): string[] {
  const [call = ''] = text.replaceAll(/\$\{[^}]*\}|"[^"]*"/g, 'TEXT').split(/ {2}|, | \\?$/);
  return call.match(/\S+/g) ?? [];
}

/** What is wrong with a call, or nothing. */
function findMistake(name: string, text: string): string | undefined {
  const command: CommandDeclaration | undefined = Object.hasOwn(commands, name)
    ? commands[name as keyof typeof commands]
    : undefined;
  if (command === undefined) return `'${name}' is not a command.`;
  const { choices = [], min = 0 } = command.arguments ?? {};
  const args = listWords(text).map((word) => (isPlaceholder(word) ? (choices[0] ?? word) : word));
  // A statement in quotes of its own is cut off where the quote of the text begins.
  const isCut =
    min > 0 && choices.length === 0 && !args.some((word, index) => isArgument(command, args[index - 1], word));
  try {
    if (!args.includes('--help')) parseCommand(command, isCut ? [...args, 'TEXT'] : args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return undefined;
}

function isArgument({ options }: CommandDeclaration, before: string | undefined, word: string): boolean {
  const option = before?.startsWith('--') ? options[before.slice(2)] : undefined;
  return !word.startsWith('--') && option?.type !== 'string';
}

const findCalls = (text: string) =>
  [...text.matchAll(callPattern)].map(([call, name = '', words = '']) => ({ call, mistake: findMistake(name, words) }));

describe('a command that a text tells its reader to type', () => {
  const calls = files.flatMap((file) =>
    findCalls(readFileSync(path.join(root, file), 'utf8')).map((call) => ({ file, ...call })),
  );

  it('is found in many texts', () => {
    expect(calls.length).toBeGreaterThan(40);
  });

  it('has the options that it is declared with, and those that it needs', () => {
    expect(calls.filter(({ mistake }) => mistake !== undefined)).toEqual([]);
  });

  it.for([
    "Run 'npm run generate -- --all-results'.",
    "Set it with 'npm run deploy -- --only code'.",
    'Look with `npm run doctor -- --json`.',
    'npm run fly -- --far',
    'npm run catalog -- destroy',
  ])('is a mistake: %s', (text) => {
    expect(findCalls(text)).toMatchObject([{ mistake: expect.any(String) }]);
  });

  it.for([
    "Run 'npm run deploy -- --env NAME --only code'.",
    'npm run catalog -- plan',
    'npm run land -- --dataset NAME FILE...   Stop with Ctrl-C.',
    'npm run sql -- --as analyst "SELECT 1"',
  ])('is right: %s', (text) => {
    expect(findCalls(text)).toMatchObject([{ mistake: undefined }]);
  });
});
