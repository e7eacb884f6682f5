import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../../bench/figure.ts';
import { type LandingFile, people20, secondOf } from './live-load.ts';
import { RunningCloud, until } from './running-cloud.ts';

const options = ['--empty', '--streaming', '--sweep', '*/3 * * * * *'];

/** A local stack whose layers stream, to which a file lands every second whatever happens to it meanwhile. */
export class LiveLakehouse {
  #cloud: RunningCloud;
  readonly landed = new Map<string, number>();
  /** The newest content of each path. */
  readonly files: LandingFile[] = [];

  private constructor(cloud: RunningCloud) {
    this.#cloud = cloud;
  }

  static async start(): Promise<LiveLakehouse> {
    const lakehouse = new LiveLakehouse(await RunningCloud.start({ options }));
    for (const file of people20()) await lakehouse.land(file);
    await lakehouse.cloud.quiet();
    return lakehouse;
  }

  get cloud(): RunningCloud {
    return this.#cloud;
  }

  /** One file per second; what shall happen in a second happens beside the landing. */
  async live(from: number, to: number, happenings: Record<number, () => Promise<unknown>> = {}): Promise<void> {
    const began = Date.now();
    const going: Promise<unknown>[] = [];
    for (let second = from; second < to; second++) {
      await sleep(Math.max(0, began + (second - from) * 1000 - Date.now()));
      const happening = happenings[second];
      if (happening) going.push(happening());
      await this.land(secondOf(second));
    }
    await Promise.all(going);
  }

  /** Nothing can land where nothing runs: whoever lands tries until it is there again. */
  async land({ content, path }: LandingFile): Promise<void> {
    await until(`place for '${path}'`, async () => {
      await this.#cloud.land(path, content);
      return true;
    });
    this.landed.set(path, Date.now());
    const before = this.files.findIndex((file) => file.path === path);
    this.files.splice(before < 0 ? this.files.length : before, 1, { path, content });
  }

  async killEverything(): Promise<void> {
    const { home } = this.#cloud;
    await this.#cloud.kill('everything');
    this.#cloud = await RunningCloud.start({ home, options });
  }

  async ask(layer: string, action: string): Promise<void> {
    await until(`an operator that takes '${action}'`, async () => {
      const response = await fetch(`${this.#cloud.addresses.app}/api/streams/${layer}/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ why: 'The test says so.' }),
      });
      return response.status === 202;
    });
  }

  /** Seconds from the end of each upload to a station, sorted; of all files, or of those on some paths. */
  async secondsTo(
    station: 'bronzeAt' | 'silverAt' | 'goldAt' | 'publishedAt',
    among?: ReadonlySet<string>,
  ): Promise<number[]> {
    const files = (await this.#cloud.files()).filter(({ path }) => !among || among.has(path));
    const seconds = files.flatMap((file) => {
      const [landed, at] = [this.landed.get(file.path), file[station]];
      return landed === undefined || at === undefined ? [] : [(Date.parse(at) - landed) / 1000];
    });
    return seconds.toSorted((a, b) => a - b);
  }

  /** What one run over the same files makes of them, in a lakehouse without streams; this one is stopped for it. */
  async asOneBatch(): Promise<unknown> {
    await this.#cloud.stop();
    const cloud = await RunningCloud.start({ options: ['--empty', '--no-events', '--sweep', '30 * * * * *'] });
    try {
      // Between two sweeps, so that the next one finds all of them.
      await until('the time after a sweep', async () => new Date().getSeconds() > 30 && new Date().getSeconds() < 40);
      for (const { content, path } of this.files) await cloud.land(path, content);
      await until('a run', async () => (await cloud.runs()).length > 0);
      await cloud.quiet();
      const batches = (await cloud.runs()).length;
      if (batches !== 1) throw new Error(`The files came in ${batches} batches, though they should have come in one.`);
      return await contentOf(cloud);
    } finally {
      await cloud.discard();
    }
  }

  discard(): Promise<void> {
    return this.#cloud.discard();
  }
}

const silver = ['users', 'user_profiles', 'gym_visits', 'workout_sessions', 'heart_rates'];
const gold = ['workout_bpm_summary', 'gym_sessions', 'gym_summary'];

/** All rows that readers see in gold, and of the layers below how many rows there are and the sum of their hashes. */
export async function contentOf(cloud: RunningCloud): Promise<Record<string, unknown>> {
  return cloud.with(async (ask) => {
    const content: Record<string, unknown> = {};
    for (const table of gold) content[table] = (await ask(`SELECT * FROM gold.${table} ORDER BY ALL`)).rows;
    for (const table of silver) {
      const summed = `SELECT count(*) AS n, sum(CAST(xxhash64(*) AS DECIMAL(38))) AS hashes FROM silver.${table}`;
      content[table] = (await ask(summed)).rows;
    }
    const lines = 'SELECT count(*) AS n, count(DISTINCT _path, _line_number) AS different FROM bronze.bpm';
    content['lines'] = (await ask(lines)).rows;
    return content;
  });
}

/** A line for a person to read. */
export function quantilesOf(seconds: readonly number[]): string {
  const at = (share: number) => quantile(seconds, share).toFixed(2);
  return `${seconds.length} files: p50 ${at(0.5)} s, p90 ${at(0.9)} s, p99 ${at(0.99)} s, most ${at(1)} s`;
}
