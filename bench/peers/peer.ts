import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** What a peer tells of its work: how long it took each time, and what came of it. */
export interface Told {
  readonly seconds: readonly number[];
  readonly gold: Record<string, readonly number[]>;
}

/** Runs a peer on a folder of landed files, some times in a row. */
export const peer = (name: 'duckdb_gold' | 'known_pipeline', folder: string, times = 1): Promise<Told> =>
  script(name, folder, '--times', `${times}`);

/** Runs a script of this folder with the peers' packages; answers the JSON of its last line. Throws if it fails. */
export async function script<Answer>(name: string, ...args: string[]): Promise<Answer> {
  const child = spawn(env('MEDALLION_PEERS'), [path.join(import.meta.dirname, `${name}.py`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...withoutChannel(), PYTHONPATH: env('MEDALLION_PEERS_PATH'), MEDALLION_NODE: process.execPath },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) last = line;
  const code = await ended;
  if (code !== 0) throw new Error(`The peer '${name}' ended with code ${code}. Its words are above.`);
  return JSON.parse(last) as Answer;
}

/** This process has a channel to its parent that is not for its children: a Java that inherits it writes into it. */
const withoutChannel = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_CHANNEL')));

function env(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set. Start this with 'npm run bench'.`);
  return value;
}
