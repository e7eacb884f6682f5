import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegisteredFile } from '../medallion/files/file.ts';
import type { LandingFile } from './harness/live-load.ts';
import { RunningStack } from './harness/running-stack.ts';
import { waitUntil } from './harness/target.ts';

const writers = 16;

/** A lakehouse as a person starts it, and a stopwatch. */
export class Lakehouse {
  readonly stack: RunningStack;

  private constructor(stack: RunningStack) {
    this.stack = stack;
  }

  static async start(...options: string[]): Promise<Lakehouse> {
    return new Lakehouse(await RunningStack.start({ options: ['--empty', ...options] }));
  }

  /** Lands files of a folder; answers the seconds from before the first is sent until readers see all of them. */
  async measureLanding(folder: string, files: readonly string[]): Promise<number> {
    const began = Date.now();
    for (const file of files) await this.stack.land(file, readFileSync(path.join(folder, file)));
    await this.waitUntilPublished(files);
    return (Date.now() - began) / 1000;
  }

  /** As many writers at once would do it. */
  async landConcurrently(files: readonly LandingFile[]): Promise<void> {
    const landings = Array.from({ length: writers }, async (_, writer) => {
      for (const { content, path: file } of files.filter((_file, n) => n % writers === writer))
        await this.stack.land(file, content);
    });
    await Promise.all(landings);
  }

  /** Throws if one of the files ends in another way. */
  async waitUntilPublished(files: readonly string[]): Promise<RegisteredFile[]> {
    let registered: RegisteredFile[] = [];
    const paths = new Set(files);
    await waitUntil(
      'release with all files',
      async () => {
        // Seldom, and for the files only when nothing runs: looking takes time from what is measured.
        await sleep(200);
        const { pendingFiles, runningRuns } = await this.stack.getHealth();
        if (pendingFiles + runningRuns.length > 0) return false;
        registered = (await this.stack.listFiles()).filter((file) => paths.has(file.path));
        return registered.filter(({ status }) => status !== 'pending' && status !== 'loading').length === paths.size;
      },
      1800,
    );
    const other = registered.find(({ status }) => status !== 'published');
    if (other) throw new Error(`'${other.path}' ended ${other.status}: ${other.reason}`);
    return registered;
  }

  /** Sums over the rows of gold, to be compared with those of somebody else. */
  async readGoldSums(): Promise<Record<string, number[]>> {
    return this.stack.useWarehouse(async (query) => {
      const gold: Record<string, number[]> = {};
      for (const [table, sums] of Object.entries(goldSums)) {
        const [row = {}] = (await query(`SELECT ${sums} FROM gold.${table}`)).rows;
        gold[table] = Object.values(row).map(Number);
      }
      return gold;
    });
  }

  dismiss(): Promise<void> {
    return this.stack.dismiss();
  }
}

const goldSums = {
  workout_bpm_summary:
    'count(*) AS a, sum(num_recordings) AS b, sum(min_bpm) AS c, sum(avg_bpm) AS d, sum(max_bpm) AS e',
  gym_sessions: 'count(*) AS a, sum(minutes_in_gym) AS b, sum(minutes_exercising) AS c',
  gym_summary: 'count(*) AS a, sum(size(workouts)) AS b, sum(minutes_in_gym) AS c, sum(minutes_exercising) AS d',
};

/** A figure for a wrong answer is worth nothing. */
export function requireSameGold(
  ours: Record<string, readonly number[]>,
  theirs: Record<string, readonly number[]>,
): void {
  const flat = (gold: Record<string, readonly number[]>) => Object.keys(goldSums).flatMap((table) => gold[table] ?? []);
  const sums = flat(ours);
  const peerSums = flat(theirs);
  const isClose = (value: number, at: number) => Math.abs(value - (peerSums[at] ?? 0)) <= 1e-9 * Math.abs(value);
  if (sums.length !== peerSums.length || !sums.every(isClose) || sums[0] === 0)
    throw new Error(`Gold differs from the peer's: ${JSON.stringify(ours)} and ${JSON.stringify(theirs)}.`);
}

/** The folder is there while it is used. */
export async function useTemporaryFolder<QueryResult>(
  use: (folder: string) => Promise<QueryResult>,
): Promise<QueryResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
