import { describe, expect, it } from 'vitest';
import { pipeline } from '../../orchestrations/pipeline.ts';
import { play } from '../support/play.ts';
import { batch, continuous, triggered, tuning } from '../support/samples.ts';

const smooth = {
  readPace: () => tuning,
  readModes: (): unknown => ({ modes: triggered, isPublishing: false }),
  clearWakeUp: () => ({}),
  formBatch: (): unknown => ({ kind: 'formed', batch, files: 2, datasets: ['gym_logins'] }),
  runBatch: (): unknown => ({}),
};
const empty = { ...smooth, formBatch: () => ({ kind: 'empty' }) };

describe('pipeline', () => {
  it('silences the bell before it looks, so that no file can land unheard in between', () => {
    expect(play(pipeline, { rested: true }, smooth).calls.join(' ')).toBe(
      'readPace readModes silenceDoorbell formBatch runBatch',
    );
  });

  it('gives the rest of a burst a quiet moment to land', () => {
    expect(play(pipeline, {}, smooth).calls.join(' ')).toBe(
      'readPace readModes timer silenceDoorbell formBatch runBatch',
    );
  });

  it('looks at once for what has landed during a batch', () => {
    expect(play(pipeline, {}, smooth).continued).toEqual({ rested: true });
  });

  it('executes a plan that waits, and looks at once for more', () => {
    const plan = `p-${batch}`;
    const formBatch = () => ({ kind: 'planned', plan });
    const { continued, inputs } = play(pipeline, {}, { ...smooth, formBatch, reprocess: () => 'published' });

    expect(inputs).toContainEqual({ reprocess: { plan, batch, tuning } });
    expect(continued).toEqual({ rested: true });
  });

  it('waits while it is paused, like when nothing is there', () => {
    const formBatch = () => ({ kind: 'closed', reason: 'Maintenance.' });
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
      formBatch: { batch, maxFiles: tuning.maxFilesPerBatch },
    });
  });

  it('runs the batch that a stream has left', () => {
    const left = { kind: 'left', batch: '20251231T000000000Z-00000000', files: 1, datasets: ['bpm'] };
    const { inputs } = play(pipeline, {}, { ...smooth, formBatch: () => left });
    expect(inputs.at(-1)).toMatchObject({ runBatch: { batch: left.batch, files: 1 } });
  });

  it('lets the releases of streams come to their end before it runs a batch', () => {
    const readModes = () => ({ modes: triggered, isPublishing: true });
    const { calls, continued } = play(pipeline, {}, { ...smooth, readModes });
    expect(calls.join(' ')).toBe('readPace readModes timer');
    expect(continued).toEqual({ rested: false });
  });
});

describe('pipeline, while all layers stream', () => {
  const streaming = { ...smooth, readModes: () => ({ modes: continuous, isPublishing: true }) };

  it('forms small manifests and leaves them to the streams', () => {
    const { calls, continued, inputs } = play(pipeline, {}, streaming);

    expect(calls.join(' ')).toBe('readPace readModes timer silenceDoorbell formBatch');
    const { maxFilesPerManifest: maxFiles, maxInFlightManifests: maxInFlight } = tuning.streams;
    expect(inputs.at(-1)).toEqual({ formBatch: { batch, maxFiles, maxInFlight } });
    expect(continued).toEqual({ rested: false });
  });

  it('forms nothing while enough waits for the streams, and looks again soon', () => {
    const { calls, continued } = play(pipeline, {}, { ...streaming, formBatch: () => ({ kind: 'full' }) });
    expect(calls.at(-1)).toBe('formBatch');
    expect(continued).toEqual({ rested: false });
  });
});
