// Runs the programs behind a command, with the terminal of whoever typed it.
import { spawn } from 'node:child_process';
import { root } from './step.mjs';

/** Runs to the end and hands on the exit code. The channel tells the child when this process is gone. */
export function runProgram({ program, args, environment }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, NODE_NO_WARNINGS: '1', ...environment },
    });
    // Ctrl-C reaches the whole group by itself; this process only has to outlive the child.
    const ignore = () => {};
    const terminate = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore);
    process.on('SIGTERM', terminate);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', terminate);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

/** The first failure decides, but the rest still runs: one look shows everything that is wrong. */
export async function runAll(checks) {
  let result = 0;
  for (const check of checks) {
    process.stderr.write(`\n== ${check.title}\n`);
    const code = await runProgram(check);
    if (code !== 0) process.stderr.write(`== ${check.title} failed with code ${code}\n`);
    result ||= code;
  }
  return result;
}
