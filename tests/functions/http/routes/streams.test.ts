import { describe, expect, it } from 'vitest';
import { streams, updateStream } from '../../../../functions/http/routes/streams.ts';
import type { AllStreamSettings, StreamRecord, StreamSettings } from '../../../../medallion/runs/stream.ts';
import { continuous, stream } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

function roomOf(known: StreamRecord[] = []) {
  const settings: AllStreamSettings = {};
  const context = createTestContext({
    modes: continuous,
    registry: {
      settings: async () => settings,
      wish: async (layer: keyof AllStreamSettings, wish: StreamSettings) => {
        settings[layer] = { ...settings[layer], ...wish };
      },
      streams: async () => known,
      saveStream: async (record: StreamRecord) => {
        known.splice(0, known.length, ...known.filter(({ layer }) => layer !== record.layer), record);
      },
    },
  });
  return { settings, known, context };
}

async function asked(layer: string, action: string, known: StreamRecord[] = []) {
  const { context, ...rest } = roomOf(known);
  const answer = await send(context, updateStream, { params: { layer, action }, body: { reason: 'New code.' } });
  return { ...rest, wakeUps: context.wakeUps, acts: context.ports.desk.kept.acts, answer };
}

describe('GET /api/streams', () => {
  it('gives the mode of each layer, and where its stream is', async () => {
    const { context } = roomOf([stream]);
    expect((await send(context, streams, {})).body).toMatchObject({
      streams: [
        { layer: 'bronze', mode: 'continuous' },
        { layer: 'silver', mode: 'continuous' },
        { layer: 'gold', mode: 'continuous', state: 'running', jobRuns: ['42'] },
      ],
    });
  });
});

describe('POST /api/streams/{layer}/{action}', () => {
  it('drains and resumes one layer or all, and writes down who and why', async () => {
    const { acts, settings } = await asked('gold', 'drain');
    expect(settings).toEqual({ gold: { drained: true } });
    expect(acts).toMatchObject([{ action: 'drained', target: 'stream gold: drain', reason: 'New code.' }]);
    expect((await asked('all', 'resume')).settings).toEqual({
      bronze: { drained: false },
      silver: { drained: false },
      gold: { drained: false },
    });
  });

  it('switches the mode, and wakes those who have to do with it', async () => {
    const { answer, settings, wakeUps } = await asked('silver', 'triggered');
    expect(settings).toEqual({ silver: { mode: 'triggered' } });
    expect(wakeUps).toEqual(['streams', 'pipeline']);
    expect(answer).toMatchObject({ status: 202, body: { streams: [{}, { mode: 'triggered' }, {}] } });
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
    const { answer, settings, wakeUps } = await asked(layer, action);
    expect(answer.status).toBe(400);
    expect([settings, wakeUps]).toEqual([{}, []]);
  });
});
