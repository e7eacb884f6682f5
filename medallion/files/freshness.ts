import { z } from 'zod';
import type { RegisteredFile } from './file.ts';

/** The stations of a file after it has landed, in order. */
export const stations = ['registered', 'bronze', 'silver', 'gold', 'published'] as const;
export type Station = (typeof stations)[number];

/** Seconds after landing at which a file passed each station; nothing where that is not known. */
const Journey = z.array(z.number().nullable()).length(stations.length);
type Journey = z.infer<typeof Journey>;

/** How old the files of a release were. A large release keeps a fair sample of their journeys. */
export const Freshness = z.object({ files: z.int(), journeys: z.array(Journey) });
export type Freshness = z.infer<typeof Freshness>;

/** When a file passed the stations that a release knows of. */
export interface Passed {
  readonly bronzeAt?: string | undefined;
  readonly silverAt?: string | undefined;
  readonly goldAt?: string | undefined;
  readonly publishedAt: string;
}

const mostJourneys = 50;

/** Storage keeps whole seconds of when a file landed, so a journey seems up to a second longer than it was. */
export function journeyOf(
  { lastModified, registeredAt }: Pick<RegisteredFile, 'lastModified'> & { registeredAt?: string | undefined },
  passed: Passed,
): Journey {
  const landed = Date.parse(lastModified);
  const after = (at: string | undefined) => (at === undefined ? null : Math.max(0, (Date.parse(at) - landed) / 1000));
  return [registeredAt, passed.bronzeAt, passed.silverAt, passed.goldAt, passed.publishedAt].map(after);
}

/** Sorted by their length and taken evenly, so that the extremes stay in. */
export function freshnessOf(journeys: readonly Journey[]): Freshness {
  const sorted = journeys.toSorted((a, b) => (a.at(-1) ?? 0) - (b.at(-1) ?? 0));
  const step = (sorted.length - 1) / (mostJourneys - 1);
  const kept =
    sorted.length <= mostJourneys
      ? sorted
      : Array.from({ length: mostJourneys }, (_, at) => sorted[Math.round(at * step)] as Journey);
  return { files: journeys.length, journeys: kept };
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** Seconds from landing to each station over several releases; a sample stands for all files of its release. */
export function quantilesOf(releases: readonly Freshness[]): Partial<Record<Station, Quantiles>> {
  const told: Partial<Record<Station, Quantiles>> = {};
  stations.forEach((station, at) => {
    const weighed = releases.flatMap(({ files, journeys }) =>
      journeys.flatMap((journey) => {
        const seconds = journey[at];
        return seconds === null || seconds === undefined ? [] : [{ seconds, weight: files / journeys.length }];
      }),
    );
    if (weighed.length > 0) told[station] = { p50: quantile(weighed, 0.5), p99: quantile(weighed, 0.99) };
  });
  return told;
}

/** The least number of seconds within which this share of the files was there. */
function quantile(weighed: readonly { seconds: number; weight: number }[], share: number): number {
  const sorted = weighed.toSorted((a, b) => a.seconds - b.seconds);
  const wanted = share * sorted.reduce((sum, { weight }) => sum + weight, 0);
  let reached = 0;
  for (const { seconds, weight } of sorted) {
    reached += weight;
    if (reached >= wanted - 1e-9) return seconds;
  }
  return sorted.at(-1)?.seconds ?? 0;
}
