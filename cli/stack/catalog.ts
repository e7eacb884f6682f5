import { spawn } from 'node:child_process';
import path from 'node:path';
import { UserError } from '../user-error.ts';
import type { Addresses } from './home.ts';

interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/** Has the product compare or change its catalog, in a process of its own as a pipeline would. */
export function runCatalog(
  root: string,
  { certificateFile, environmentFile }: Pick<Addresses, 'certificateFile' | 'environmentFile'>,
  args: readonly string[],
): Promise<CommandResult> {
  const main = path.join(root, 'cli/catalog/main.ts');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args, '--environment', environmentFile], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile },
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (errors === '' || code === 0) resolve({ code: code ?? 1, output });
      else reject(new UserError(`The catalog could not be read or changed.\n${errors}`));
    });
  });
}
