import { against, type Figure, inSeconds, median, quantile } from '../figure.ts';
import { people20, secondOf } from '../harness/live-load.ts';
import { Lakehouse, withFolder } from '../lakehouse.ts';
import { peer } from '../peers/peer.ts';
import { writeWorld } from '../world.ts';

const historySeconds = 60;
const filesEach = 12;

/** One file after the other, each of 1,000 readings, while the history behind them grows a hundredfold. */
export async function growth(): Promise<Figure[]> {
  const lakehouse = await Lakehouse.start();
  try {
    const history = Array.from({ length: historySeconds }, (_, second) => secondOf(second));
    for (const { content, path } of [...people20(), ...history]) await lakehouse.cloud.land(path, content);
    await lakehouse.published(history.map(({ path }) => path));
    await smallFiles(lakehouse, historySeconds);
    const first = await smallFiles(lakehouse, historySeconds + filesEach);
    const warm = [
      await warmWorld(lakehouse, '100,000 readings', { people: 100, readings: 100_000, from: 1 }),
      await warmWorld(lakehouse, '1 million readings', { people: 1000, readings: 1_000_000, from: 101 }),
    ];
    const tenth = await smallFiles(lakehouse, historySeconds + 2 * filesEach);
    warm.push(await warmWorld(lakehouse, '5 million readings', { people: 1000, readings: 5_000_000, from: 2001 }));
    const last = await smallFiles(lakehouse, historySeconds + 3 * filesEach);
    return [...warm, ...latencies(first), slower('20', first, tenth), slower('100', first, last)];
  } finally {
    await lakehouse.discard();
  }
}

interface Small {
  readonly published: number[];
  readonly started: number[];
}

/** Seconds from the end of the upload to readers, and to the start of the first job. */
async function smallFiles(lakehouse: Lakehouse, from: number): Promise<Small> {
  const small: Small = { published: [], started: [] };
  for (let second = from; second < from + filesEach; second++) {
    const { content, path } = secondOf(second);
    await lakehouse.cloud.land(path, content);
    const landed = Date.now();
    const [file] = await lakehouse.published([path]);
    small.published.push((Date.parse(file?.publishedAt ?? '') - landed) / 1000);
    const begun = (await lakehouse.jobStarts()).filter(({ at, name }) => at >= landed && name.includes('bronze'));
    small.started.push((Math.min(...begun.map(({ at }) => at)) - landed) / 1000);
  }
  return small;
}

/** The peer computes all that the world has, as it would for each small file too. */
const warmWorld = (lakehouse: Lakehouse, name: string, size: Parameters<typeof writeWorld>[1]): Promise<Figure> =>
  withFolder(async (folder) => {
    const ours = await lakehouse.secondsFor(folder, await writeWorld(folder, size));
    const { seconds } = await peer('duckdb_gold', folder);
    return against(`${name}, warm`, ours, ['DuckDB', seconds[0] ?? 0]);
  });

function latencies({ published, started }: Small): Figure[] {
  const p50 = median(published);
  const soon = quantile(started, 0.95);
  return [
    {
      what: `a file of 1,000 readings, warm, landed to published (p50 of ${filesEach})`,
      ours: inSeconds(p50),
      goal: { says: 'under 5 s', isMet: p50 < 5 },
    },
    {
      what: `the same, landed to job started (p95)`,
      ours: inSeconds(soon),
      goal: { says: 'under 1 s', isMet: soon < 1 },
    },
  ];
}

function slower(times: string, before: Small, after: Small): Figure {
  const [then, now] = [median(before.published), median(after.published)];
  return {
    what: `the same file on ${times} times the history`,
    ours: inSeconds(now),
    peer: `on the first history: ${inSeconds(then)}`,
    ratio: `${(now / then).toFixed(2)} times as long`,
    goal: { says: 'within 20 %', isMet: now <= then * 1.2 },
  };
}
