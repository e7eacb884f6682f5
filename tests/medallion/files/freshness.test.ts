import { describe, expect, it } from 'vitest';
import { getQuantiles, summarizeFreshness, toStageSeconds } from '../../../medallion/files/freshness.ts';

const landed = { lastModified: '2026-01-01T00:00:00Z', registeredAt: '2026-01-01T00:00:00.250Z' };
const publishedAt = '2026-01-01T00:00:04.000Z';
const createSample = (seconds: number) => [null, null, null, null, seconds];

describe('toStageSeconds', () => {
  it('measures each stage from the landing', () => {
    const passage = { bronzeAt: '2026-01-01T00:00:01.500Z', silverAt: '2026-01-01T00:00:02.000Z', publishedAt };
    expect(toStageSeconds(landed, passage)).toEqual([0.25, 1.5, 2, null, 4]);
  });
});

describe('summarizeFreshness', () => {
  it('keeps a fair sample of a large release, with the fastest and the slowest', () => {
    const { files, samples } = summarizeFreshness(
      Array.from({ length: 2000 }, (_, index) => createSample(2000 - index)),
    );
    expect(files).toBe(2000);
    expect(samples).toHaveLength(50);
    expect([samples[0]?.at(-1), samples.at(-1)?.at(-1)]).toEqual([1, 2000]);
  });
});

describe('getQuantiles', () => {
  it('gives the seconds within which half and nearly all files were there', () => {
    const forty = summarizeFreshness(Array.from({ length: 40 }, (_, index) => createSample(index + 1)));
    expect(getQuantiles([forty]).published).toEqual({ p50: 20, p99: 40 });
  });

  it('weighs a release by its files, however small its sample', () => {
    const many = { files: 990, samples: [createSample(1)] };
    const one = { files: 10, samples: [createSample(9)] };
    expect(getQuantiles([many, one]).published).toEqual({ p50: 1, p99: 1 });
    expect(getQuantiles([many, { ...one, files: 11 }]).published).toEqual({ p50: 1, p99: 9 });
  });

  it('says nothing of stages of which nothing is known', () => {
    expect(getQuantiles([summarizeFreshness([createSample(1)])])).toEqual({ published: { p50: 1, p99: 1 } });
    expect(getQuantiles([])).toEqual({});
  });
});
