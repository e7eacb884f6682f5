import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.ts';

/** Every command that a text tells its reader to run. */
export function commandsIn(file: string): string[] {
  const blocks = readFileSync(path.join(root, file), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm);
  return [...blocks].flatMap(([, block = '']) => block.split('\n').filter((line) => line !== ''));
}
