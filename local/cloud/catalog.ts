import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Addresses } from './home.ts';
import { Refusal } from './refusal.ts';

/** Has the product apply its catalog, in a process of its own as a pipeline would. */
export function applyCatalog(root: string, { certificateFile, environmentFile }: Addresses): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'cloud/catalog/main.ts'), environmentFile], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile },
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Refusal(`The catalog could not be applied.\n${said}`)),
    );
  });
}
