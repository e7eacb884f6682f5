import type { DurableClient } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { wakeStreams } from '../../../functions/triggers/wake-streams.ts';
import { layers } from '../../../medallion/layer.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';
import { continuous, stream, triggered } from '../../support/samples.ts';

/** Wakes the streams while some instances are alive. Answers with those that were started. */
async function wake(ports: FakePorts, alive: readonly string[] = []): Promise<string[]> {
  const started: string[] = [];
  const client = {
    getStatus: async (id: string) => ({ runtimeStatus: alive.includes(id) ? 'Running' : 'Completed' }),
    startNew: async (_name: string, { instanceId }: { instanceId: string }) => void started.push(instanceId),
  };
  await wakeStreams(client as unknown as DurableClient, ports);
  return started;
}

describe('wakeStreams', () => {
  it('starts a supervisor per streaming layer, and the publisher where all stream', async () => {
    expect(await wake(createFakePorts({ modes: continuous }))).toEqual([
      'stream-bronze',
      'stream-silver',
      'stream-gold',
      'streams-publisher',
    ]);
    expect(await wake(createFakePorts({ modes: { ...triggered, gold: 'continuous' } }))).toEqual(['stream-gold']);
  });

  it('goes by the modes that people have set', async () => {
    const ports = createFakePorts({ modes: continuous });
    await ports.streams.updateSettings('silver', { mode: 'triggered' });
    expect(await wake(ports)).toEqual(['stream-bronze', 'stream-gold']);
  });

  it('starts nobody twice', async () => {
    const alive = ['stream-bronze', 'stream-silver', 'stream-gold', 'streams-publisher'];
    expect(await wake(createFakePorts({ modes: continuous }), alive)).toEqual([]);
  });

  it('leaves a stream that is paused or halted as it is', async () => {
    const ports = createFakePorts({ modes: continuous });
    await ports.streams.save({ ...stream, state: 'halted' });
    await ports.streams.updateSettings('bronze', { paused: true });
    expect(await wake(ports)).toEqual(['stream-silver', 'streams-publisher']);
  });

  it('starts nobody who publishes while pipeline and streams are all paused', async () => {
    const ports = createFakePorts({ modes: continuous });
    await ports.pipelineControl.setState({ state: 'paused', actor: 'ann', reason: 'So.', at: '2026-01-01T00:00:00Z' });
    for (const layer of layers) await ports.streams.updateSettings(layer, { paused: true });
    expect(await wake(ports)).toEqual([]);
    await ports.streams.updateSettings('gold', { paused: false });
    expect(await wake(ports)).toEqual(['stream-gold', 'streams-publisher']);
  });

  it('takes back that releases are published when nobody publishes any more', async () => {
    const ports = createFakePorts({ modes: triggered });
    await ports.streams.setPublishing(true);
    await wake(ports, ['streams-publisher']);
    expect(await ports.streams.isPublishing()).toBe(true);
    await wake(ports);
    expect(await ports.streams.isPublishing()).toBe(false);
  });
});
