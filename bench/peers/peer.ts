import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The seconds of each repetition, and sums over gold. */
export interface PeerResult {
  readonly seconds: readonly number[];
  readonly gold: Record<string, readonly number[]>;
}

type PeerName = 'declarative_pipeline' | 'duckdb_gold' | 'known_pipeline';

/** Runs a peer on a folder of landed files, as many times as wanted. */
export const runPeer = (name: PeerName, folder: string, times = 1): Promise<PeerResult> =>
  runScript(name, folder, '--times', `${times}`);

/** Runs a script of this folder with the peers' packages; returns the JSON of its last line. Throws if it fails. */
export async function runScript<QueryResult>(name: string, ...args: string[]): Promise<QueryResult> {
  const child = spawn(requireVariable('MEDALLION_PEERS'), [path.join(import.meta.dirname, `${name}.py`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...getEnvironment(), PYTHONPATH: requireVariable('MEDALLION_PEERS_PATH'), MEDALLION_NODE: process.execPath },
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) last = line;
  const code = await exit;
  if (code !== 0) throw new Error(`The peer '${name}' ended with code ${code}. Its output is above.`);
  return JSON.parse(last) as QueryResult;
}

/** This process has a channel to its parent that is not for its children: a Java that inherits it writes into it. */
const getEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_CHANNEL')));

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set. Start this with 'npm run bench'.`);
  return value;
}
