import { describe, expect, it } from 'vitest';
import { pipeline } from '../../orchestrations/pipeline.ts';
import { play } from '../support/play.ts';
import { batch, pace } from '../support/samples.ts';

const smooth = {
  readPace: () => pace,
  silenceDoorbell: () => ({}),
  formBatch: (): unknown => ({ kind: 'formed', files: 2, datasets: ['gym_logins'] }),
  runBatch: (): unknown => ({}),
};
const empty = { ...smooth, formBatch: () => ({ kind: 'empty' }) };

describe('pipeline', () => {
  it('silences the bell before it looks, so that no file can land unheard in between', () => {
    expect(play(pipeline, {}, smooth).calls.join(' ')).toBe('readPace silenceDoorbell formBatch runBatch');
  });

  it('begins again after each batch', () => {
    expect(play(pipeline, {}, smooth).continued).toEqual({});
  });

  it('waits for the bell, then for a quiet moment, when nothing is there', () => {
    const { calls, cancelled, continued } = play(pipeline, {}, { ...empty, landed: () => ({}) });

    expect(calls.slice(-2)).toEqual(['landed', 'timer']);
    expect(cancelled).toBe(1);
    expect(continued).toEqual({});
  });

  it('looks again by itself when the bell stays silent', () => {
    const { cancelled, continued } = play(pipeline, {}, empty);

    expect(cancelled).toBe(0);
    expect(continued).toEqual({});
  });

  it('finishes the batch it was forming before it begins another', () => {
    const formBatch = () => {
      throw new Error('The lake is away.');
    };
    const { calls, continued } = play(pipeline, {}, { ...smooth, formBatch });

    expect(calls.at(-1)).toBe('timer');
    expect(continued).toEqual({ forming: batch });
    expect(play(pipeline, continued, smooth).inputs).toContainEqual({
      formBatch: { batch, mostFiles: pace.mostFilesPerBatch },
    });
  });
});
