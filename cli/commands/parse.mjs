// Reads the arguments of a declared command strictly: whatever is not declared is an error with the usage.
import { parseArgs } from 'node:util';
import { formatUsage } from './help.mjs';

/** @typedef {import('./help.mjs').CommandDeclaration} CommandDeclaration */

/** A command line that cannot be carried out as it was typed; whoever typed it sees why, and the usage. */
export class UsageError extends Error {
  /**
   * @param {string} message
   * @param {CommandDeclaration} command
   */
  constructor(message, command) {
    super(`${message}\n${formatUsage(command)}\nTry '${command.call} -- --help'.`);
  }
}

/** @param {CommandDeclaration} command */
function parseStrictly(command, args) {
  try {
    return parseArgs({ args: [...args], options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    // Only the first sentence: the others give advice for commands that take anything.
    throw new UsageError(`${error.message.split(/\.?(?:\s*\n|\. )/)[0]}.`, command);
  }
}

/**
 * @param {CommandDeclaration} command
 * @param {{ choices?: readonly string[] }} declaration
 */
function requireChoice(command, { choices }, value) {
  if (choices && !choices.includes(value))
    throw new UsageError(`'${value}' is not one of: ${choices.join(', ')}.`, command);
}

/** @param {CommandDeclaration} command */
function requireOptions(command, values) {
  for (const [name, option] of Object.entries(command.options)) {
    const value = values[name];
    if (value === undefined && option.required) throw new UsageError(`Option '--${name}' is missing.`, command);
    if (value !== undefined) requireChoice(command, option, value);
  }
}

/** @param {CommandDeclaration} command */
function requireArguments(command, positionals) {
  if (command.arguments === undefined) {
    if (positionals.length > 0) throw new UsageError(`Unexpected argument '${positionals[0]}'.`, command);
    return;
  }
  const { max, min, summary } = command.arguments;
  const isCountRight = positionals.length >= min && positionals.length <= max;
  if (!isCountRight || positionals.includes('')) throw new UsageError(summary, command);
  for (const text of positionals) requireChoice(command, command.arguments, text);
}

/**
 * @param {CommandDeclaration} command
 * @param {readonly string[]} args
 */
export function parseCommand(command, args) {
  const { positionals, values } = parseStrictly(command, args);
  requireOptions(command, values);
  requireArguments(command, positionals);
  return { positionals, values };
}
