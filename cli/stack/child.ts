import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from './refusal.ts';

export interface ChildPlan {
  readonly name: string;
  readonly entry: string;
  readonly options: object;
  /** Options of the first life alone: a fault that kills must not kill each successor too. */
  readonly firstOptions?: object;
  readonly logs: string;
  readonly readySeconds: number;
  readonly say: (line: string) => void;
}

export interface Child<Ready> {
  readonly ready: Ready;
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
}

const stopSeconds = 10;
const longestPauseSeconds = 10;

/** Starts a process of the local cloud, and starts it again whenever it dies before it was told to. */
export async function keepAlive<Ready>(plan: ChildPlan): Promise<Child<Ready>> {
  let wanted = true;
  let deaths = 0;
  let child: ChildProcess | undefined;

  const start = async (): Promise<Ready> => {
    const { firstOptions = {}, options } = plan;
    const born = launch({ ...plan, options: child === undefined ? { ...options, ...firstOptions } : options });
    child = born;
    born.once('exit', (code, signal) => void revive(code, signal));
    return untilReady<Ready>(born, plan);
  };

  const revive = async (code: number | null, signal: string | null) => {
    if (!wanted) return;
    deaths++;
    const pause = Math.min(0.2 * 2 ** (deaths - 1), longestPauseSeconds);
    plan.say(
      `The ${plan.name} ended (${signal ?? `code ${code}`}) and is started again. Its log is in '${plan.logs}'.`,
    );
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    if (!wanted) return;
    await start().then(
      () => {
        deaths = 0;
      },
      (error: Error) => plan.say(error.message),
    );
  };

  const stop = async () => {
    wanted = false;
    if (child) await end(child);
  };

  try {
    return { ready: await start(), pid: () => child?.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function launch({ entry, logs, name, options }: ChildPlan): ChildProcess {
  mkdirSync(logs, { recursive: true });
  const log = openSync(path.join(logs, `${name}.log`), 'a');
  try {
    return fork(entry, [JSON.stringify(options)], {
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
      // A group of its own: a Ctrl-C at the terminal reaches the local cloud alone, which ends the others in order.
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

function untilReady<Ready>(child: ChildProcess, { logs, name, readySeconds }: ChildPlan): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const where = `Its log is in '${path.join(logs, `${name}.log`)}'.`;
    const limit = setTimeout(
      () => reject(new Refusal(`The ${name} was not ready after ${readySeconds} s. ${where}`)),
      readySeconds * 1000,
    );
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Refusal(`The ${name} ended with code ${code} before it was ready. ${where}`));
    });
    child.on('message', (message) => {
      if ((message as { kind?: string }).kind !== 'ready') return;
      clearTimeout(limit);
      resolve(message as Ready);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), stopSeconds * 1000);
  await gone;
  clearTimeout(limit);
}
