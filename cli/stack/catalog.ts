import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Addresses } from './home.ts';
import { Refusal } from './refusal.ts';

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Has the product compare or change its catalog, in a process of its own as a pipeline would. */
export function catalog(
  root: string,
  { certificateFile, environmentFile }: Pick<Addresses, 'certificateFile' | 'environmentFile'>,
  args: readonly string[],
): Promise<Ended> {
  const main = path.join(root, 'cli/catalog/main.ts');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args, '--environment', environmentFile], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile },
    });
    let output = '';
    let wrong = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      wrong += chunk.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (wrong === '' || code === 0) resolve({ code: code ?? 1, output });
      else reject(new Refusal(`The catalog could not be read or changed.\n${wrong}`));
    });
  });
}
