import type { DurableClient } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { wakeStreams } from '../../../functions/triggers/wake-streams.ts';
import type { Modes } from '../../../medallion/layer.ts';
import type { AllStreamSettings, StreamRecord } from '../../../medallion/runs/stream.ts';
import { continuous, stream, triggered } from '../../support/samples.ts';

async function wakeUps({
  alive = [],
  isPublishing = false,
  known = [],
  modes,
  settings = {},
}: {
  modes: Modes;
  settings?: AllStreamSettings;
  known?: StreamRecord[];
  alive?: string[];
  isPublishing?: boolean;
}) {
  const [started, told]: [string[], boolean[]] = [[], []];
  const client = {
    getStatus: async (id: string) => ({ runtimeStatus: alive.includes(id) ? 'Running' : 'Completed' }),
    startNew: async (_name: string, { instanceId }: { instanceId: string }) => {
      started.push(instanceId);
    },
  };
  const registry = {
    settings: async () => settings,
    streams: async () => known,
    isPublishing: async () => isPublishing,
    setPublishing: async (is: boolean) => {
      told.push(is);
    },
  };
  await wakeStreams(client as unknown as DurableClient, { modes, registry });
  return { started, told };
}

describe('wakeStreams', () => {
  it('starts a supervisor per streaming layer, and the publisher where all stream', async () => {
    expect((await wakeUps({ modes: continuous })).started).toEqual([
      'stream-bronze',
      'stream-silver',
      'stream-gold',
      'streams-publisher',
    ]);
    expect((await wakeUps({ modes: { ...triggered, gold: 'continuous' } })).started).toEqual(['stream-gold']);
  });

  it('starts nobody twice', async () => {
    const alive = ['stream-bronze', 'stream-silver', 'stream-gold', 'streams-publisher'];
    expect((await wakeUps({ modes: continuous, alive })).started).toEqual([]);
  });

  it('leaves a stream that was drained or given up as it is', async () => {
    const halted = { ...stream, state: 'halted' as const };
    const { started } = await wakeUps({ modes: continuous, known: [halted], settings: { bronze: { drained: true } } });
    expect(started).toEqual(['stream-silver', 'streams-publisher']);
  });

  it('takes back that releases are published when nobody does it any more', async () => {
    expect((await wakeUps({ modes: triggered, isPublishing: true })).told).toEqual([false]);
    expect((await wakeUps({ modes: triggered, isPublishing: true, alive: ['streams-publisher'] })).told).toEqual([]);
  });
});
