import { describe, expect, it } from 'vitest';
import { layers } from '../../../medallion/layer.ts';
import type { StreamState } from '../../../medallion/runs/stream.ts';
import { isEverythingPaused } from '../../../operations/streams/is-everything-paused.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { continuous, stream } from '../../support/samples.ts';

interface Example {
  readonly state?: 'running' | 'paused' | 'halted';
  readonly paused?: number;
  readonly stream?: (typeof StreamState.options)[number];
}

async function createPorts({ paused = layers.length, state = 'paused', stream: streamState = 'drained' }: Example) {
  const ports = createFakePorts({ modes: continuous });
  await ports.pipelineControl.setState({ state, actor: 'ann', reason: 'So.', at: '2026-01-01T00:00:00Z' });
  for (const layer of layers.slice(0, paused)) await ports.streams.updateSettings(layer, { paused: true });
  await ports.streams.save({ ...stream, state: streamState });
  return ports;
}

describe('isEverythingPaused', () => {
  it('says so of a pipeline that is paused, and streams that are paused and at rest', async () => {
    expect(await isEverythingPaused(await createPorts({}))).toBe(true);
    expect(await isEverythingPaused(await createPorts({ stream: 'halted' }))).toBe(true);
  });

  it.for([
    { title: 'a pipeline that runs', example: { state: 'running' } },
    { title: 'a pipeline that is halted', example: { state: 'halted' } },
    { title: 'a stream that is wanted', example: { paused: 2 } },
    { title: 'a stream that drains', example: { stream: 'draining' } },
  ] as const)('does not say so of $title', async ({ example }) => {
    expect(await isEverythingPaused(await createPorts(example))).toBe(false);
  });
});
