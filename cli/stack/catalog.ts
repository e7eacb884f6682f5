import { spawn } from 'node:child_process';
import path from 'node:path';
import { collectOutput } from '../child-output.ts';
import { UserError } from '../user-error.ts';
import type { Addresses } from './home.ts';

interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/** Has the product compare or change its catalog, in a process of its own as a pipeline would. */
export async function runCatalog(
  root: string,
  { certificateFile, environmentFile }: Pick<Addresses, 'certificateFile' | 'environmentFile'>,
  args: readonly string[],
): Promise<CommandResult> {
  const main = path.join(root, 'cli/catalog/main.ts');
  const child = spawn(process.execPath, [main, ...args, '--environment', environmentFile], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile },
  });
  const { code, stderr, stdout } = await collectOutput(child);
  if (stderr !== '' && code !== 0) throw new UserError(`The catalog could not be read or changed.\n${stderr}`);
  return { code: code ?? 1, output: stdout };
}
