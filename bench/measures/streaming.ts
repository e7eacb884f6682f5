import { computeQuantile, type Figure, formatSeconds } from '../figure.ts';
import { LiveLakehouse } from '../harness/live-lakehouse.ts';

const warmUpSeconds = 60;
const seconds = 180;
const stages = ['bronzeAt', 'silverAt', 'goldAt', 'publishedAt'] as const;

/** A file of 1,000 readings lands every second while all layers stream. The first minute only warms up. */
export async function measureStreaming(): Promise<Figure[]> {
  const lakehouse = await LiveLakehouse.start();
  try {
    await lakehouse.landEverySecond(0, warmUpSeconds);
    const warm = lakehouse.files.length;
    await lakehouse.landEverySecond(warmUpSeconds, warmUpSeconds + seconds);
    await lakehouse.stack.waitUntilQuiet();
    const paths = new Set(lakehouse.files.slice(warm).map(({ path }) => path));
    const figures: Figure[] = [];
    for (const stage of stages) figures.push(toFigure(stage, await lakehouse.listSeconds(stage, paths)));
    return figures;
  } finally {
    await lakehouse.dismiss();
  }
}

function toFigure(stage: (typeof stages)[number], latencies: readonly number[]): Figure {
  const p50 = computeQuantile(latencies, 0.5);
  const p99 = computeQuantile(latencies, 0.99);
  const figure = {
    what: `streaming 1,000 readings a second, landed to ${stage.replace('At', '')} (p50, p99)`,
    ours: `${formatSeconds(p50)}, ${formatSeconds(p99)}`,
  };
  if (stage !== 'publishedAt') return figure;
  return { ...figure, goal: { text: 'p50 under 6 s, p99 under 10 s', isMet: p50 < 6 && p99 < 10 } };
}
