import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface ChildOutput {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Everything that a program has written, when it has ended. Rejects if it could not be started. */
export function collectOutput(
  child: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable },
): Promise<ChildOutput> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
