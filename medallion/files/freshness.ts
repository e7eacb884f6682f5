import { z } from 'zod';
import type { RegisteredFile } from './file.ts';

/** The stages of a file after it has landed, in order. */
export const stages = ['registered', 'bronze', 'silver', 'gold', 'published'] as const;
export type Stage = (typeof stages)[number];

/** Seconds after landing at which a file passed each stage; nothing where that is not known. */
const StageSeconds = z.array(z.number().nullable()).length(stages.length);
type StageSeconds = z.infer<typeof StageSeconds>;

/** How old the files of a release were. A large release keeps a fair sample of them. */
export const Freshness = z.object({ files: z.int(), samples: z.array(StageSeconds) });
export type Freshness = z.infer<typeof Freshness>;

/** When a file passed the stages that a release knows of. */
export type FilePassage = Pick<RegisteredFile, 'bronzeAt' | 'silverAt' | 'goldAt'> & { readonly publishedAt: string };

const maxSamples = 50;

/** Storage keeps whole seconds of when a file landed, so a file seems up to a second older than it was. */
export function toStageSeconds(
  file: Pick<RegisteredFile, 'lastModified'> & { registeredAt?: string | undefined },
  passage: FilePassage,
): StageSeconds {
  const landedAt = Date.parse(file.lastModified);
  const times = [file.registeredAt, passage.bronzeAt, passage.silverAt, passage.goldAt, passage.publishedAt];
  return times.map((time) => (time === undefined ? null : Math.max(0, (Date.parse(time) - landedAt) / 1000)));
}

/** Sorted by their age and taken evenly, so that the extremes stay in. */
export function summarizeFreshness(ages: readonly StageSeconds[]): Freshness {
  const sorted = ages.toSorted((a, b) => (a.at(-1) ?? 0) - (b.at(-1) ?? 0));
  if (sorted.length <= maxSamples) return { files: ages.length, samples: sorted };
  const step = (sorted.length - 1) / (maxSamples - 1);
  const samples = Array.from({ length: maxSamples }, (_, index) => sorted[Math.round(index * step)] as StageSeconds);
  return { files: ages.length, samples };
}

export const Quantiles = z.object({ p50: z.number(), p99: z.number() });
export type Quantiles = z.infer<typeof Quantiles>;

export interface WeightedSeconds {
  readonly seconds: number;
  readonly weight: number;
}

/** Seconds from landing to each stage over several releases; a sample stands for all files of its release. */
export function getQuantiles(releases: readonly Freshness[]): Partial<Record<Stage, Quantiles>> {
  const byStage = stages.map((stage, index) => [stage, weighSamples(releases, index)] as const);
  return Object.fromEntries(
    byStage
      .filter(([, weighted]) => weighted.length > 0)
      .map(([stage, weighted]) => [stage, { p50: getQuantile(weighted, 0.5), p99: getQuantile(weighted, 0.99) }]),
  );
}

const weighSamples = (releases: readonly Freshness[], stage: number): WeightedSeconds[] =>
  releases.flatMap(({ files, samples }) =>
    samples.flatMap((sample) => {
      const seconds = sample[stage];
      return seconds === null || seconds === undefined ? [] : [{ seconds, weight: files / samples.length }];
    }),
  );

/** The smallest number of seconds within which this share of the files was there. */
export function getQuantile(weighted: readonly WeightedSeconds[], share: number): number {
  const sorted = weighted.toSorted((a, b) => a.seconds - b.seconds);
  const target = share * sorted.reduce((sum, { weight }) => sum + weight, 0);
  let reached = 0;
  for (const { seconds, weight } of sorted) {
    reached += weight;
    if (reached >= target - 1e-9) return seconds;
  }
  return sorted.at(-1)?.seconds ?? 0;
}
