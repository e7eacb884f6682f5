import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readKeys } from '../cli/stack/home.ts';
import type { RegisteredFile } from '../medallion/files/file.ts';
import type { LandingFile } from '../tests/support/live-load.ts';
import { RunningCloud } from '../tests/support/running-cloud.ts';
import { until } from '../tests/support/target.ts';

const lanes = 16;

/** A lakehouse as a person starts it, and a stopwatch. */
export class Lakehouse {
  readonly cloud: RunningCloud;

  private constructor(cloud: RunningCloud) {
    this.cloud = cloud;
  }

  static async start(...options: string[]): Promise<Lakehouse> {
    return new Lakehouse(await RunningCloud.start({ options: ['--empty', ...options] }));
  }

  /** Lands files of a folder; answers the seconds from before the first is sent until readers see all of them. */
  async secondsFor(folder: string, files: readonly string[]): Promise<number> {
    const began = Date.now();
    for (const file of files) await this.cloud.land(file, readFileSync(path.join(folder, file)));
    await this.published(files);
    return (Date.now() - began) / 1000;
  }

  /** As many writers at once would do it. */
  async landSideBySide(files: readonly LandingFile[]): Promise<void> {
    const put = Array.from({ length: lanes }, async (_, lane) => {
      for (const { content, path: file } of files.filter((_each, n) => n % lanes === lane))
        await this.cloud.land(file, content);
    });
    await Promise.all(put);
  }

  /** Throws if one of the files ends in another way. */
  async published(files: readonly string[]): Promise<RegisteredFile[]> {
    let found: RegisteredFile[] = [];
    const wanted = new Set(files);
    await until(
      'release with all files',
      async () => {
        // Asked seldom, and for the files only when nothing is at work: to look on costs what is measured.
        await sleep(200);
        const { pending, running } = await this.cloud.health();
        if (pending + running.length > 0) return false;
        found = (await this.cloud.files()).filter((file) => wanted.has(file.path));
        return found.filter(({ fate }) => fate !== 'pending' && fate !== 'loading').length === wanted.size;
      },
      1800,
    );
    const other = found.find(({ fate }) => fate !== 'published');
    if (other) throw new Error(`'${other.path}' ended ${other.fate}: ${other.because}`);
    return found;
  }

  /** Sums over the rows of gold, to be compared with those of somebody else. */
  async gold(): Promise<Record<string, number[]>> {
    return this.cloud.with(async (ask) => {
      const found: Record<string, number[]> = {};
      for (const [table, sums] of Object.entries(goldSums)) {
        const [row = {}] = (await ask(`SELECT ${sums} FROM gold.${table}`)).rows;
        found[table] = Object.values(row).map(Number);
      }
      return found;
    });
  }

  /** When each run of a job was begun by the workspace, newest first. */
  async jobStarts(): Promise<{ name: string; at: number }[]> {
    const { certificateFile, workspace } = this.cloud.addresses;
    const { databricksToken } = readKeys(this.cloud.home);
    const listed = await new Promise<{ runs: { run_name: string; tasks: { start_time: number }[] }[] }>(
      (resolve, reject) => {
        const url = `${workspace}/api/2.2/jobs/runs/list?limit=25&expand_tasks=true`;
        const headers = { authorization: `Bearer ${databricksToken}` };
        const asked = request(url, { ca: readFileSync(certificateFile), headers }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString())));
        });
        asked.on('error', reject).end();
      },
    );
    return listed.runs.map(({ run_name, tasks: [task] }) => ({ name: run_name, at: task?.start_time ?? Number.NaN }));
  }

  discard(): Promise<void> {
    return this.cloud.discard();
  }
}

const goldSums = {
  workout_bpm_summary:
    'count(*) AS a, sum(num_recordings) AS b, sum(min_bpm) AS c, sum(avg_bpm) AS d, sum(max_bpm) AS e',
  gym_sessions: 'count(*) AS a, sum(minutes_in_gym) AS b, sum(minutes_exercising) AS c',
  gym_summary: 'count(*) AS a, sum(size(workouts)) AS b, sum(minutes_in_gym) AS c, sum(minutes_exercising) AS d',
};

/** A figure for a wrong answer is worth nothing. */
export function expectSame(ours: Record<string, readonly number[]>, theirs: Record<string, readonly number[]>): void {
  const flat = (gold: Record<string, readonly number[]>) => Object.keys(goldSums).flatMap((table) => gold[table] ?? []);
  const [a, b] = [flat(ours), flat(theirs)];
  const same =
    a.length === b.length && a.every((value, at) => Math.abs(value - (b[at] ?? 0)) <= 1e-9 * Math.abs(value));
  if (!same || a[0] === 0)
    throw new Error(`Gold differs from the peer's: ${JSON.stringify(ours)} and ${JSON.stringify(theirs)}.`);
}

/** Lends a folder. */
export async function withFolder<Answer>(use: (folder: string) => Promise<Answer>): Promise<Answer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
