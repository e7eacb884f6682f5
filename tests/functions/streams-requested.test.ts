import { describe, expect, it } from 'vitest';
import { streamAsked, streamsRequested } from '../../functions/streams-requested.ts';
import type { StreamRecord, Wish, Wishes } from '../../medallion/stream.ts';
import { continuous, stream } from '../support/samples.ts';

function worldOf(known: StreamRecord[] = []) {
  const wishes: Wishes = {};
  const registry = {
    wishes: async () => wishes,
    wish: async (layer: keyof Wishes, wish: Wish) => {
      wishes[layer] = { ...wishes[layer], ...wish };
    },
    streams: async () => known,
    saveStream: async (record: StreamRecord) => {
      known.splice(0, known.length, ...known.filter(({ layer }) => layer !== record.layer), record);
    },
  };
  return { wishes, known, world: { modes: continuous, registry } };
}

async function asked(layer: string, action: string, known: StreamRecord[] = []) {
  const { world, ...rest } = worldOf(known);
  let woken = 0;
  const wake = async () => {
    woken++;
  };
  const answer = await streamAsked(world, wake)({ params: { layer, action } });
  return { ...rest, woken, answer };
}

describe('GET /api/streams', () => {
  it('gives the mode of each layer, and where its stream is', async () => {
    const { world } = worldOf([stream]);
    expect((await streamsRequested(world)()).jsonBody).toMatchObject({
      streams: [
        { layer: 'bronze', mode: 'continuous' },
        { layer: 'silver', mode: 'continuous' },
        { layer: 'gold', mode: 'continuous', state: 'running', jobRuns: ['42'] },
      ],
    });
  });
});

describe('POST /api/streams/{layer}/{action}', () => {
  it('drains and resumes one layer or all', async () => {
    expect((await asked('gold', 'drain')).wishes).toEqual({ gold: { drained: true } });
    expect((await asked('all', 'resume')).wishes).toEqual({
      bronze: { drained: false },
      silver: { drained: false },
      gold: { drained: false },
    });
  });

  it('switches the mode, and wakes those who have to do with it', async () => {
    const { answer, wishes, woken } = await asked('silver', 'triggered');
    expect(wishes).toEqual({ silver: { mode: 'triggered' } });
    expect(woken).toBe(1);
    expect(answer).toMatchObject({ status: 202, jsonBody: { streams: [{}, { mode: 'triggered' }, {}] } });
  });

  it('lets a stream that was given up begin again, but only when resumed', async () => {
    const halted = () => [{ ...stream, state: 'halted' as const, failures: 4 }];
    expect((await asked('gold', 'resume', halted())).known).toMatchObject([{ state: 'drained', failures: 0 }]);
    expect((await asked('gold', 'continuous', halted())).known).toMatchObject([{ state: 'halted' }]);
  });

  it.for([
    ['platinum', 'drain'],
    ['gold', 'explode'],
  ] as const)('refuses %s/%s and does nothing', async ([layer, action]) => {
    const { answer, wishes, woken } = await asked(layer, action);
    expect(answer).toMatchObject({ status: 404 });
    expect([wishes, woken]).toEqual([{}, 0]);
  });
});
