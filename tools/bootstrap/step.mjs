// How a step of the set-up is run: once per fingerprint, its output in a log, its progress on the terminal.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
export const tools = path.join(root, '.tools');

const print = (line) => process.stderr.write(`${line}\n`);
const secondsSince = (start) => Math.round((Date.now() - start) / 1000);

export function hashFiles(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** Stops with the reason and the cure; a stack trace would help nobody here. */
export class SetupError extends Error {}

/**
 * Makes something once per fingerprint of what it depends on. The stamp says that it was made, and `isComplete` that it
 * is still there: folders are deleted by hand, by other tools and by half-finished copies, and stamps stay behind.
 */
export async function once({ name, fingerprint, isComplete, make }, folder = tools) {
  const stamp = path.join(folder, `${name}.stamp`);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint && isComplete()) return;
  mkdirSync(folder, { recursive: true });
  // Removed before the work begins, so that an interrupted step leaves no stamp.
  rmSync(stamp, { force: true });
  const start = Date.now();
  await make();
  if (!isComplete())
    throw new SetupError(`Step '${name}' ended without an error, but not all of its files are in place. Try again.`);
  writeFileSync(stamp, fingerprint);
  print(`  ${name} ready (${secondsSince(start)} s)`);
}

/** Runs a command with its output in a log file, and prints every ten seconds that it still runs. */
export function run(title, command, args) {
  mkdirSync(tools, { recursive: true });
  const log = path.join(tools, 'setup.log');
  const output = openSync(log, 'a');
  const start = Date.now();
  print(`  ${title} ...`);
  const ticker = setInterval(() => print(`  ${title}: ${secondsSince(start)} s`), 10_000);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', output, output] });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new SetupError(`'${title}' ended with code ${code}. Its output is at the end of '${log}'.`));
    });
  }).finally(() => {
    clearInterval(ticker);
    closeSync(output);
  });
}
