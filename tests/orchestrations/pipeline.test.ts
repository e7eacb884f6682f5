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
    expect(play(pipeline, { rested: true }, smooth).calls.join(' ')).toBe(
      'readPace silenceDoorbell formBatch runBatch',
    );
  });

  it('gives the rest of a burst a quiet moment to land', () => {
    expect(play(pipeline, {}, smooth).calls.join(' ')).toBe('readPace timer silenceDoorbell formBatch runBatch');
  });

  it('looks at once for what has landed during a batch', () => {
    expect(play(pipeline, {}, smooth).continued).toEqual({ rested: true });
  });

  it('executes a plan that waits, and looks at once for more', () => {
    const plan = `p-${batch}`;
    const formBatch = () => ({ kind: 'planned', plan });
    const { continued, inputs } = play(pipeline, {}, { ...smooth, formBatch, reprocess: () => 'published' });

    expect(inputs).toContainEqual({ reprocess: { plan, batch, pace } });
    expect(continued).toEqual({ rested: true });
  });

  it('waits while it is paused, like when nothing is there', () => {
    const formBatch = () => ({ kind: 'closed', because: 'Maintenance.' });
    expect(play(pipeline, {}, { ...smooth, formBatch, landed: () => ({}) }).calls.at(-1)).toBe('landed');
  });

  it('waits for the bell when nothing is there, and begins with a quiet moment then', () => {
    const { calls, cancelled, continued } = play(pipeline, {}, { ...empty, landed: () => ({}) });

    expect(calls.at(-1)).toBe('landed');
    expect(cancelled).toBe(1);
    expect(continued).toEqual({ rested: false });
  });

  it('looks again by itself when the bell stays silent', () => {
    const { cancelled, continued } = play(pipeline, {}, empty);

    expect(cancelled).toBe(0);
    expect(continued).toEqual({ rested: false });
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
