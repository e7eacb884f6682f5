import type { LandingContract } from '../contracts/contract.ts';
import { defaultLimits } from '../contracts/landing-options.ts';
import { createPathMatcher } from './path-pattern.ts';

/** What a landing contract says about which files are taken. Without `format` no file is an array. */
export type IntakeRules = Pick<LandingContract, 'dataset'> &
  Partial<Pick<LandingContract, 'folders' | 'format' | 'limits' | 'names'>>;

export type Destination = { kind: 'dataset'; dataset: string } | { kind: 'ignored'; reason: string };

/** Decides by its name to which dataset a landed path belongs, or why it belongs to none. */
export function findDestination(path: string, datasets: readonly IntakeRules[]): Destination {
  const control = findControlCharacter(path);
  if (control !== undefined) return ignore(`Its name has a control character or a backslash at place ${control}.`);
  const [folder = '', ...rest] = path.split('/');
  if (rest.length === 0) return ignore('It lies outside every dataset folder.');
  const rules = datasets.find(({ dataset }) => dataset === folder);
  if (rules === undefined) {
    const names = datasets.map(({ dataset }) => dataset);
    return ignore(`'${folder}' is not a known dataset; known are ${names.join(', ')}.`);
  }
  const working = findWorkingName(rest);
  if (working !== undefined) return ignore(`'${working}' is a working name of its writer.`);
  if (!isListed(rest.at(-1) ?? '', rules.names))
    return ignore(`Its name is none of those that its contract lists: ${rules.names?.join(', ')}.`);
  return { kind: 'dataset', dataset: folder };
}

const ignore = (reason: string): Destination => ({ kind: 'ignored', reason });

/** Some would forge a line of a log, and a backslash is a separator elsewhere. Counted from 1. */
function findControlCharacter(path: string): number | undefined {
  const place = path.search(/[\p{Cc}\u2028\u2029\\]/u);
  return place < 0 ? undefined : place + 1;
}

/** Spark leaves such names out in silence: writers use them for files and folders that they still work on. */
const findWorkingName = (segments: readonly string[]): string | undefined =>
  segments.find((segment) => /^[._]/.test(segment)) ?? segments.slice(-1).find((name) => name.endsWith('._COPYING_'));

/** Upper and lower case are the same here: what a spreadsheet writes ends in `.CSV`. */
const isListed = (name: string, patterns: readonly string[] | undefined): boolean =>
  patterns === undefined || patterns.some((pattern) => isNamedLike(name.toLowerCase(), pattern.toLowerCase()));

const isNamedLike = (name: string, pattern: string): boolean =>
  /[*?]/.test(pattern) ? createPathMatcher(pattern)(name) : pattern === name;

/** Why a file is set aside before anybody reads it. */
export function findReasonToQuarantine(
  { length, path }: { readonly length: number; readonly path: string },
  { format, limits }: IntakeRules,
): string | undefined {
  const [name, kind] = toLimit(path, format);
  const max = limits?.[name] ?? defaultLimits[name];
  if (length <= max) return undefined;
  return `It has ${length} bytes, and ${kind} may have ${max} ('${name}' of its contract). Split it, or raise the limit.`;
}

function toLimit(path: string, format: IntakeRules['format']): ['fileBytes' | 'arrayBytes' | 'packedBytes', string] {
  if (path.endsWith('.gz')) return ['packedBytes', 'a packed file'];
  return format === 'json-array' ? ['arrayBytes', 'an array'] : ['fileBytes', 'a file'];
}

/** Why nothing of a landed file is loaded. `mayHaveRows`: an earlier content of the path was taken. */
export function findReasonToIgnore(
  { isDirectory, length }: { readonly isDirectory: boolean; readonly length: number },
  mayHaveRows: boolean,
): string | undefined {
  if (isDirectory) return 'It is a directory.';
  // A file that was emptied takes the rows of its path with it, so it is loaded: as a content without lines.
  return length === 0 && !mayHaveRows ? 'It is empty.' : undefined;
}
