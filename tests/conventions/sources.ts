import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '../..');

/** Every file that git keeps or would keep, relative to the root. */
export function sources(pattern: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((file) => pattern.test(file));
}

/** All that is written in TypeScript and JavaScript. */
export const listCode = (): string[] => sources(/\.(ts|mjs|js)$/).filter((file) => existsSync(path.join(root, file)));

/** Places in files, as `file:line: text`. */
export const findPlaces = (files: readonly string[], find: (text: string) => string[]): string[] =>
  files.flatMap((file) => find(readFileSync(path.join(root, file), 'utf8')).map((place) => `${file}:${place}`));
