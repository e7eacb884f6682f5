// How a step of the set-up is run: once per fingerprint, its output in a log, its progress on the terminal.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
export const tools = path.join(root, '.tools');

const say = (line) => process.stderr.write(`${line}\n`);
export const hashOf = (...files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
};

/** Stops with the reason and the cure; a stack trace would help nobody here. */
export class SetupError extends Error {}

/** Runs a step once per fingerprint, and again only when what it depends on has changed. */
export async function once(name, fingerprint, perform) {
  const stamp = path.join(tools, `${name}.stamp`);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  mkdirSync(tools, { recursive: true });
  const started = Date.now();
  await perform();
  writeFileSync(stamp, fingerprint);
  say(`  ${name} ready (${((Date.now() - started) / 1000).toFixed(0)} s)`);
}

/** Runs a command with its output in a log file, and says every ten seconds that it is still at it. */
export function run(what, command, args, options = {}) {
  mkdirSync(tools, { recursive: true });
  const log = path.join(tools, 'setup.log');
  const out = openSync(log, 'a');
  const started = Date.now();
  say(`  ${what} ...`);
  const ticking = setInterval(() => say(`  ${what}: ${Math.round((Date.now() - started) / 1000)} s`), 10_000);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', out, out], ...options });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new SetupError(`'${what}' ended with code ${code}. Its output is at the end of '${log}'.`));
    });
  }).finally(() => {
    clearInterval(ticking);
    closeSync(out);
  });
}
