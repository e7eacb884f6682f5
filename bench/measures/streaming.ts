import { type Figure, inSeconds, quantile } from '../figure.ts';
import { LiveLakehouse } from '../harness/live-lakehouse.ts';

const seconds = 180;

/** A file of 1,000 readings lands every second while all layers stream. The first minute only warms up. */
export async function streaming(): Promise<Figure[]> {
  const live = await LiveLakehouse.start();
  try {
    await live.live(0, 60);
    const warm = live.files.length;
    await live.live(60, 60 + seconds);
    await live.cloud.quiet();
    const measured = new Set(live.files.slice(warm).map(({ path }) => path));
    const stations = ['bronzeAt', 'silverAt', 'goldAt', 'publishedAt'] as const;
    const figures: Figure[] = [];
    for (const station of stations) {
      const all = await live.secondsTo(station, measured);
      const [p50, p99] = [quantile(all, 0.5), quantile(all, 0.99)];
      figures.push({
        what: `streaming 1,000 readings a second, landed to ${station.replace('At', '')} (p50, p99)`,
        ours: `${inSeconds(p50)}, ${inSeconds(p99)}`,
        ...(station === 'publishedAt'
          ? { goal: { says: 'p50 under 3 s, p99 under 8 s', isMet: p50 < 3 && p99 < 8 } }
          : {}),
      });
    }
    return figures;
  } finally {
    await live.discard();
  }
}
