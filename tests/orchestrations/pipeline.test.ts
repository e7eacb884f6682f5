import { describe, expect, it } from 'vitest';
import { pipeline } from '../../orchestrations/pipeline.ts';
import { play } from '../support/play.ts';
import { batch, continuous, triggered, tuning } from '../support/samples.ts';

const smooth = {
  readSettings: (): unknown => ({ tuning, modes: triggered, isPublishing: false }),
  clearWakeUp: () => ({}),
  formBatch: (): unknown => ({ kind: 'formed', batch, files: 2, datasets: ['gym_logins'] }),
  runBatch: (): unknown => ({}),
};
const empty = { ...smooth, formBatch: () => ({ kind: 'empty' }) };

describe('pipeline', () => {
  it('clears the wake-up flag before it looks, so that no file can land unnoticed in between', () => {
    expect(play(pipeline, { hasWaited: true }, smooth).calls.join(' ')).toBe(
      'readSettings clearWakeUp formBatch runBatch',
    );
  });

  it('gives the rest of a burst a moment to land', () => {
    expect(play(pipeline, {}, smooth).calls.join(' ')).toBe('readSettings timer clearWakeUp formBatch runBatch');
  });

  it('gives it another moment while more files land, up to ten in a row', () => {
    const landing = { ...smooth, formBatch: () => ({ kind: 'landing' }) };
    const isPatient = (input: unknown) => play(pipeline, input, landing).inputs.at(-1)?.['formBatch'];
    expect(play(pipeline, {}, landing).continued).toEqual({ hasWaited: false, moments: 1 });
    expect(isPatient({ moments: 9 })).toMatchObject({ isPatient: true });
    expect(isPatient({ moments: 10 })).toMatchObject({ isPatient: false });
    expect(isPatient({ hasWaited: true })).toMatchObject({ isPatient: false });
    expect(isPatient({ forming: batch })).toMatchObject({ isPatient: false });
  });

  it('looks at once for what has landed during a batch', () => {
    expect(play(pipeline, {}, smooth).continued).toEqual({ hasWaited: true });
  });

  it('says in the log which files it has taken into a batch', () => {
    const { logged } = play(pipeline, {}, smooth);
    expect(logged).toMatchObject([{ event: 'batch.formed', batch, files: 2, datasets: 'gym_logins' }]);
  });

  it('executes a plan that waits, and looks at once for more', () => {
    const plan = `p-${batch}`;
    const formBatch = () => ({ kind: 'planned', plan });
    const { continued, inputs } = play(pipeline, {}, { ...smooth, formBatch, reprocess: () => 'published' });

    expect(inputs).toContainEqual({ reprocess: { plan, batch, tuning } });
    expect(continued).toEqual({ hasWaited: true });
  });

  it('waits while it is halted, like when nothing is there', () => {
    const formBatch = () => ({ kind: 'closed', reason: 'The last 5 runs failed.' });
    expect(play(pipeline, {}, { ...smooth, formBatch, wakeUp: () => ({}) }).calls.at(-1)).toBe('wakeUp');
  });

  it('ends while a person has paused it, but goes on when that person resumes it at once', () => {
    const formBatch = () => ({ kind: 'closed', reason: 'deployment 7', isPaused: true });
    const ended = play(pipeline, {}, { ...smooth, formBatch });
    expect(ended.calls.at(-1)).toBe('wakeUp');
    expect(ended.continued).toBeUndefined();
    expect(play(pipeline, {}, { ...smooth, formBatch, wakeUp: () => ({}) }).continued).toEqual({ hasWaited: false });
  });

  it('waits to be woken when nothing is there, and begins with a moment for the burst then', () => {
    const { calls, cancelled, continued } = play(pipeline, {}, { ...empty, wakeUp: () => ({}) });

    expect(calls.at(-1)).toBe('wakeUp');
    expect(cancelled).toBe(1);
    expect(continued).toEqual({ hasWaited: false });
  });

  it('lets files wait for a run that would come too early, and a plan wake it', () => {
    const formBatch = () => ({ kind: 'early', seconds: 300 });
    const { calls, continued } = play(pipeline, {}, { ...smooth, formBatch, wakeUp: () => ({}) });

    expect(calls.join(' ')).toBe('readSettings timer clearWakeUp formBatch wakeUp');
    expect(continued).toEqual({ hasWaited: false });
  });

  it('looks again by itself when nobody wakes it', () => {
    const { cancelled, continued } = play(pipeline, {}, empty);

    expect(cancelled).toBe(0);
    expect(continued).toEqual({ hasWaited: false });
  });

  it('says in the log that it has halted, once', () => {
    const closed = { kind: 'closed', reason: 'The last 5 runs failed.' };
    const halted = play(pipeline, {}, { ...smooth, formBatch: () => ({ ...closed, hasHalted: true }) });
    expect(halted.logged).toMatchObject([{ event: 'pipeline.halted', reason: closed.reason }]);
    expect(play(pipeline, {}, { ...smooth, formBatch: () => closed }).logged).toEqual([]);
  });

  it('finishes the batch it was forming before it begins another, and says so in the log', () => {
    const formBatch = () => {
      throw new Error('The lake is away.');
    };
    const { calls, continued, logged } = play(pipeline, {}, { ...smooth, formBatch });

    expect(calls.at(-1)).toBe('timer');
    expect(logged).toMatchObject([
      { event: 'batch.retry_scheduled', batch, delaySeconds: 60, reason: 'The lake is away.' },
    ]);
    expect(continued).toEqual({ forming: batch });
    expect(play(pipeline, continued, smooth).inputs).toContainEqual({
      formBatch: { batch, maxFiles: tuning.batches.maxFilesPerBatch, isPatient: false },
    });
  });

  it('runs the batch that a stream has left', () => {
    const left = { kind: 'left', batch: '20251231T000000000Z-00000000', files: 1, datasets: ['bpm'] };
    const { inputs } = play(pipeline, {}, { ...smooth, formBatch: () => left });
    expect(inputs.at(-1)).toMatchObject({ runBatch: { batch: left.batch, files: 1 } });
  });

  it('takes up again the batch whose run broke off, also one that a stream had left', () => {
    const left = { kind: 'left', batch: '20251231T000000000Z-00000000', files: 1, datasets: ['bpm'] };
    const runBatch = () => {
      throw new Error('It was terminated.');
    };
    const { continued } = play(pipeline, {}, { ...smooth, formBatch: () => left, runBatch });
    expect(continued).toMatchObject({ forming: left.batch, isBegun: true });
    const later = { ...smooth, formBatch: () => ({ ...left, kind: 'formed' }) };
    expect(play(pipeline, continued, later).inputs.at(-1)).toMatchObject({ runBatch: { batch: left.batch } });
    expect(
      play(pipeline, continued, {
        ...smooth,
        formBatch: () => {
          throw new Error('Away.');
        },
      }).continued,
    ).toEqual(continued);
  });

  it('remembers a batch that it has to finish while streams publish', () => {
    const readSettings = () => ({ tuning, modes: triggered, isPublishing: true });
    const { calls, continued } = play(pipeline, { forming: batch, isBegun: true }, { ...smooth, readSettings });
    expect(calls.join(' ')).toBe('readSettings timer');
    expect(continued).toEqual({ forming: batch, isBegun: true, hasWaited: false });
  });

  it('lets the releases of streams come to their end before it runs a batch', () => {
    const readSettings = () => ({ tuning, modes: triggered, isPublishing: true });
    const { calls, continued } = play(pipeline, {}, { ...smooth, readSettings });
    expect(calls.join(' ')).toBe('readSettings timer');
    expect(continued).toEqual({ hasWaited: false });
  });

  it('goes by a changed limit from its next generation on', () => {
    const changed = { ...tuning, batches: { ...tuning.batches, maxFilesPerBatch: 7 } };
    const first = play(pipeline, {}, smooth);
    const readSettings = () => ({ tuning: changed, modes: triggered, isPublishing: false });
    const { inputs } = play(pipeline, first.continued, { ...smooth, readSettings });

    expect(first.inputs).toContainEqual({ formBatch: { batch, maxFiles: 100, isPatient: true } });
    expect(first.continued).not.toHaveProperty('tuning');
    expect(inputs).toContainEqual({ formBatch: { batch, maxFiles: 7, isPatient: false } });
    expect(inputs.at(-1)).toMatchObject({ runBatch: { tuning: changed } });
  });
});

describe('pipeline, while all layers stream', () => {
  const streaming = { ...smooth, readSettings: () => ({ tuning, modes: continuous, isPublishing: true }) };

  it('forms small manifests and leaves them to the streams', () => {
    const { calls, continued, inputs } = play(pipeline, {}, streaming);

    expect(calls.join(' ')).toBe('readSettings timer clearWakeUp formBatch');
    const { maxFilesPerManifest: maxFiles, maxInFlightManifests: maxInFlight } = tuning.streams;
    expect(inputs.at(-1)).toEqual({ formBatch: { batch, maxFiles, maxInFlight } });
    expect(continued).toEqual({ hasWaited: false });
  });

  it('brings a run to its end that had begun before', () => {
    const { inputs } = play(pipeline, { forming: batch, isBegun: true }, streaming);
    expect(inputs.at(-1)).toMatchObject({ runBatch: { batch } });
  });

  it('forms nothing while enough waits for the streams, and looks again soon', () => {
    const { calls, continued } = play(pipeline, {}, { ...streaming, formBatch: () => ({ kind: 'full' }) });
    expect(calls.at(-1)).toBe('formBatch');
    expect(continued).toEqual({ hasWaited: false });
  });
});
