import { describe, expect, it } from 'vitest';
import type { StreamRecord } from '../../../medallion/runs/stream.ts';
import { retireStream } from '../../../orchestrations/activities/retire-stream.ts';
import { batch, stream } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

async function retired(before: StreamRecord, successor: string) {
  const cancelled: string[] = [];
  const small = smallWorld({ registry: { streams: async () => [before] } });
  const cancel = async (jobRun: string) => {
    cancelled.push(jobRun);
  };
  await retireStream.in({ ...small, jobs: { ...small.jobs, cancel } })({ layer: 'gold', successor });
  return { cancelled, asked: [...small.texts.keys()] };
}

const successor = '20260102T000000000Z-00000000';

describe('retireStream', () => {
  it('ends the run of a life whose supervisor was lost', async () => {
    expect(await retired(stream, successor)).toEqual({ cancelled: ['42'], asked: [`drains/${batch}.json`] });
  });

  it.for(['drained', 'halted'] as const)('leaves alone what is %s', async (state) => {
    expect(await retired({ ...stream, state }, successor)).toEqual({ cancelled: [], asked: [] });
  });

  it('leaves alone its own life, told twice', async () => {
    expect(await retired(stream, batch)).toEqual({ cancelled: [], asked: [] });
  });
});
