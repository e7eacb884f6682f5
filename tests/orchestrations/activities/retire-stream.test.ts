import { describe, expect, it } from 'vitest';
import type { StreamRecord } from '../../../medallion/runs/stream.ts';
import { stopPreviousStream } from '../../../orchestrations/activities/retire-stream.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch, stream } from '../../support/samples.ts';

async function retired(before: StreamRecord, nextStream: string) {
  const cancelled: string[] = [];
  const small = createFakePorts({ registry: { streams: async () => [before] } });
  const cancel = async (jobRun: string) => {
    cancelled.push(jobRun);
  };
  await stopPreviousStream.in({ ...small, jobs: { ...small.jobs, cancel } })({ layer: 'gold', nextStream });
  return { cancelled, asked: [...small.texts.keys()] };
}

const nextStream = '20260102T000000000Z-00000000';

describe('retireStream', () => {
  it('ends the run of a life whose supervisor was lost', async () => {
    expect(await retired(stream, nextStream)).toEqual({ cancelled: ['42'], asked: [`drains/${batch}.json`] });
  });

  it.for(['drained', 'halted'] as const)('leaves alone what is %s', async (state) => {
    expect(await retired({ ...stream, state }, nextStream)).toEqual({ cancelled: [], asked: [] });
  });

  it('leaves alone its own life, told twice', async () => {
    expect(await retired(stream, batch)).toEqual({ cancelled: [], asked: [] });
  });
});
