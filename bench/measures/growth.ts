import { type DatasetSize, writeDataset } from '../dataset.ts';
import { compare, computeMedian, computeQuantile, type Figure, formatSeconds } from '../figure.ts';
import { createPeopleFiles, createSecondFile } from '../harness/live-load.ts';
import { listJobRuns } from '../harness/timeline.ts';
import { Lakehouse, useTemporaryFolder } from '../lakehouse.ts';
import { runPeer } from '../peers/peer.ts';

const historySeconds = 60;
const filesPerRound = 12;

/** One file after the other, each of 1,000 readings, while the history behind them grows a hundredfold. */
export async function measureGrowth(): Promise<Figure[]> {
  const lakehouse = await Lakehouse.start();
  try {
    const history = Array.from({ length: historySeconds }, (_, second) => createSecondFile(second));
    for (const { content, path } of [...createPeopleFiles(), ...history]) await lakehouse.stack.land(path, content);
    await lakehouse.waitUntilPublished(history.map(({ path }) => path));
    await measureSmallFiles(lakehouse, historySeconds);
    const first = await measureSmallFiles(lakehouse, historySeconds + filesPerRound);
    const warm = [
      await measureWarm(lakehouse, '100,000 readings', { people: 100, readings: 100_000, from: 1 }),
      await measureWarm(lakehouse, '1 million readings', { people: 1000, readings: 1_000_000, from: 101 }),
    ];
    const tenth = await measureSmallFiles(lakehouse, historySeconds + 2 * filesPerRound);
    warm.push(await measureWarm(lakehouse, '5 million readings', { people: 1000, readings: 5_000_000, from: 2001 }));
    const last = await measureSmallFiles(lakehouse, historySeconds + 3 * filesPerRound);
    return [...warm, ...toLatencies(first), compareHistories('20', first, tenth), compareHistories('100', first, last)];
  } finally {
    await lakehouse.dismiss();
  }
}

interface SmallFiles {
  readonly published: number[];
  readonly started: number[];
}

/** Seconds from the end of the upload to readers, and to the start of the first job. */
async function measureSmallFiles(lakehouse: Lakehouse, from: number): Promise<SmallFiles> {
  const small: SmallFiles = { published: [], started: [] };
  for (let second = from; second < from + filesPerRound; second++) {
    const { content, path } = createSecondFile(second);
    await lakehouse.stack.land(path, content);
    const landed = Date.now();
    const [file] = await lakehouse.waitUntilPublished([path]);
    small.published.push((Date.parse(file?.publishedAt ?? '') - landed) / 1000);
    const begun = (await listJobRuns(lakehouse.stack)).filter(
      ({ from: at, name }) => at >= landed && name.includes('bronze'),
    );
    small.started.push((Math.min(...begun.map(({ from: at }) => at)) - landed) / 1000);
  }
  return small;
}

/** The peer computes the whole dataset, as it would for each small file too. */
const measureWarm = (lakehouse: Lakehouse, name: string, size: DatasetSize): Promise<Figure> =>
  useTemporaryFolder(async (folder) => {
    const ours = await lakehouse.measureLanding(folder, await writeDataset(folder, size));
    const { seconds } = await runPeer('duckdb_gold', folder);
    return compare(`${name}, warm`, ours, ['DuckDB', seconds[0] ?? 0]);
  });

function toLatencies({ published, started }: SmallFiles): Figure[] {
  const p50 = computeMedian(published);
  const p95 = computeQuantile(started, 0.95);
  return [
    {
      what: `a file of 1,000 readings, warm, landed to published (p50 of ${filesPerRound})`,
      ours: formatSeconds(p50),
      goal: { text: 'under 5 s', isMet: p50 < 5 },
    },
    {
      what: 'the same, landed to job started (p95)',
      ours: formatSeconds(p95),
      goal: { text: 'under 1 s', isMet: p95 < 1 },
    },
  ];
}

function compareHistories(times: string, before: SmallFiles, after: SmallFiles): Figure {
  const then = computeMedian(before.published);
  const now = computeMedian(after.published);
  return {
    what: `the same file on ${times} times the history`,
    ours: formatSeconds(now),
    peer: `on the first history: ${formatSeconds(then)}`,
    ratio: `${(now / then).toFixed(2)} times as long`,
    goal: { text: 'within 20 %', isMet: now <= then * 1.2 },
  };
}
