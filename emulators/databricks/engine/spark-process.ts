import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WorkspaceOptions } from '../options.ts';

/** What a Spark process needs to know; a workspace knows it, and so does who draws a class-data archive. */
export type SparkOptions = Pick<
  WorkspaceOptions,
  | 'home'
  | 'python'
  | 'jars'
  | 'archives'
  | 'cores'
  | 'settings'
  | 'groups'
  | 'catalogOwner'
  | 'strict'
  | 'volumes'
  | 'lieSeconds'
  | 'seed'
>;

/** One life of the Spark process, from its start to its end. */
export type SparkProcess = { port: number; secret: string; ended: Promise<string>; end(): Promise<void> };

const modulePath = dirname(import.meta.dirname);
// A JVM that draws a class-data archive writes 200 MB when it leaves, which takes a while on a busy machine.
const endSeconds = 90;

type Ready = { kind: 'ready'; port: number; restored: number; seconds: number };

export async function startSpark(
  options: SparkOptions,
  log: (line: string) => void,
  draws = false,
): Promise<SparkProcess> {
  const secret = randomBytes(24).toString('hex');
  const child = spawnSpark(options);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
  });
  // A write to a process that is already gone is told by 'exit'; the pipe's own error says nothing more.
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(`${JSON.stringify({ ...createSettings(options), secret, draws })}\n`);
  if (child.pid !== undefined) writeFileSync(join(options.home, 'spark.pid'), `${child.pid}\n`);
  const ready = await Promise.race([readReadyLine(child), ended]);
  if (typeof ready === 'string') {
    throw new Error(`Spark ${ready} before it was ready. Its reasons are in '${join(options.home, 'spark.log')}'.`);
  }
  log(`Spark is warm after ${ready.seconds} s; ${ready.restored} tables, views and functions are registered.`);
  return { port: ready.port, secret, ended, end: () => endSpark(child, ended, options.home) };
}

function spawnSpark(options: SparkOptions): ChildProcess {
  const noise = openSync(join(options.home, 'spark.log'), 'a');
  try {
    return spawn(options.python, ['-m', 'spark.main'], {
      cwd: options.home,
      env: {
        ...process.env,
        // Java takes the letters of file names from it, and loses those that it does not have.
        LC_ALL: 'C.UTF-8',
        PYTHONPATH: modulePath,
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONUNBUFFERED: '1',
      },
      stdio: ['pipe', 'pipe', noise],
      // Ctrl-C goes to us alone; we then ask Spark to end in order.
      detached: true,
    });
  } finally {
    closeSync(noise);
  }
}

function createSettings(options: SparkOptions): Record<string, unknown> {
  return {
    home: options.home,
    jars: options.jars,
    archives: getArchives(options),
    cores: options.cores ?? 2,
    settings: options.settings ?? {},
    groups: options.groups ?? { operator: ['admins'] },
    catalogOwner: options.catalogOwner ?? 'admins',
    strict: options.strict
      ? { volumes: Object.values(options.volumes ?? {}), lieSeconds: options.lieSeconds ?? 3 }
      : null,
    seed: options.seed ?? randomInt(1_000_000),
    endSeconds,
  };
}

export function getArchives({ archives, jars }: SparkOptions): string {
  return archives ?? join(dirname(jars), 'class-data');
}

function readReadyLine(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as Ready));
  });
}

async function endSpark(child: ChildProcess, ended: Promise<string>, home: string): Promise<void> {
  child.stdin?.write('end\n');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), (endSeconds + 5) * 1000);
  await ended;
  clearTimeout(timer);
  // After a clean end nobody must take a stranger's process for this one.
  rmSync(join(home, 'spark.pid'), { force: true });
}
