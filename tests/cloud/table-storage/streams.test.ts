import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Registry } from '../../../medallion/ports/index.ts';
import { type RunningRegistry, startRegistry } from '../../support/registry.ts';
import { batch, stream } from '../../support/samples.ts';

let running: RunningRegistry;
let registry: Registry;
let tables = 0;

beforeAll(async () => {
  running = await startRegistry();
});

beforeEach(() => {
  tables++;
  registry = running.open(['gym_logins'], `streams${tables}`);
});

afterAll(() => running.stop());

const later = '20270101T000000000Z-01234567';
const open = { batch, files: 2, datasets: ['bpm', 'workout'] };

describe('open batches', () => {
  it('are kept oldest first, until they are closed', async () => {
    await registry.saveOpen({ ...open, batch: later });
    await registry.saveOpen(open);
    expect(await registry.openBatches()).toEqual([open, { ...open, batch: later }]);

    await registry.closeBatches([batch]);
    await registry.closeBatches([batch]);
    expect((await registry.openBatches()).map((each) => each.batch)).toEqual([later]);
  });

  it('remember at which versions they were loaded, also when they are told again', async () => {
    await registry.saveOpen({ ...open, versions: { 'bronze.bpm': 3 } });
    await registry.saveOpen(open);
    expect(await registry.openBatches()).toEqual([{ ...open, versions: { 'bronze.bpm': 3 } }]);
  });

  it('can be more than a transaction takes', async () => {
    const many = Array.from({ length: 130 }, (_, at) => `20270101T000000${String(at).padStart(3, '0')}Z-01234567`);
    for (const each of many) await registry.saveOpen({ ...open, batch: each });
    await registry.closeBatches(many);
    expect(await registry.openBatches()).toEqual([]);
  });
});

describe('what is asked of a stream', () => {
  it('adds up, each layer by itself', async () => {
    expect(await registry.settings()).toEqual({});
    await registry.wish('gold', { mode: 'continuous' });
    await registry.wish('gold', { drained: true });
    await registry.wish('silver', { drained: false });
    expect(await registry.settings()).toEqual({
      gold: { mode: 'continuous', drained: true },
      silver: { drained: false },
    });
  });
});

describe('what is known of a stream', () => {
  it('is the last that was told', async () => {
    await registry.saveStream(stream);
    await registry.saveStream({ ...stream, state: 'halted', reason: 'It broke.' });
    expect(await registry.streams()).toEqual([{ ...stream, state: 'halted', reason: 'It broke.' }]);
  });
});

describe('publishing', () => {
  it('can be announced and taken back twice', async () => {
    expect(await registry.isPublishing()).toBe(false);
    for (const is of [true, true, false, false]) {
      await registry.setPublishing(is);
      expect(await registry.isPublishing()).toBe(is);
    }
  });
});
