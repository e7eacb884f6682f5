import { describe, expect, it } from 'vitest';
import { Tuning } from '../../medallion/tuning.ts';
import { tuning } from '../support/samples.ts';

const { batches, streams } = tuning;

describe('the tuning of an environment', () => {
  it('is taken as it is written', () => {
    expect(Tuning.parse(tuning)).toEqual(tuning);
  });

  it.for([
    ['no batch at all', { ...tuning, batches: { ...batches, maxFilesPerBatch: 0 } }, 'batches.maxFilesPerBatch'],
    [
      'a batch of half a file',
      { ...tuning, batches: { ...batches, maxFilesPerBatch: 1.5 } },
      'batches.maxFilesPerBatch',
    ],
    ['a huge batch', { ...tuning, batches: { ...batches, maxFilesPerBatch: 10_001 } }, 'batches.maxFilesPerBatch'],
    [
      'no pause between two looks',
      { ...tuning, batches: { ...batches, initialPollSeconds: 0 } },
      'batches.initialPollSeconds',
    ],
    ['attempts without end', { ...tuning, batches: { ...batches, maxAttempts: 11 } }, 'batches.maxAttempts'],
    ['restarts without end', { ...tuning, streams: { ...streams, maxRestarts: 101 } }, 'streams.maxRestarts'],
    [
      'time that runs backwards',
      { ...tuning, streams: { ...streams, drainTimeoutSeconds: -1 } },
      'streams.drainTimeoutSeconds',
    ],
  ] as const)('is not %s', ([, value, path]) => {
    const paths = Tuning.safeParse(value).error?.issues.map((issue) => issue.path.join('.'));
    expect(paths).toEqual([path]);
  });

  it('has every value, and no misspelt one', () => {
    const { maxAttempts, ...rest } = batches;
    expect(Tuning.safeParse({ ...tuning, batches: rest }).success).toBe(false);
    expect(Tuning.safeParse({ ...tuning, batches: { ...rest, maxAtempts: maxAttempts } }).success).toBe(false);
    expect(Tuning.safeParse({ ...tuning, quietSeconds: 1 }).success).toBe(false);
  });

  it('says of each value what it is for', () => {
    for (const shape of [Tuning.shape.batches.shape, Tuning.shape.streams.shape])
      for (const [name, schema] of Object.entries(shape)) expect(schema.description, name).toMatch(/\.$/);
  });
});
