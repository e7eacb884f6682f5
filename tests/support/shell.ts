import { spawn } from 'node:child_process';
import { type ChildOutput, collectOutput } from '../../cli/child-output.ts';
import { root } from './root.ts';

/** Runs a command as a person types it, in the project's folder. */
export const shell = (command: string): Promise<ChildOutput> =>
  collectOutput(spawn(command, { cwd: root, shell: true, stdio: ['ignore', 'pipe', 'pipe'] }));
