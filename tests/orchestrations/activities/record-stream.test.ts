import { expect, it } from 'vitest';
import type { StreamRecord } from '../../../medallion/runs/stream.ts';
import { recordStream } from '../../../orchestrations/activities/record-stream.ts';
import { stream } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

it('recordStream keeps what is known of a stream', async () => {
  const saved: StreamRecord[] = [];
  const saveStream = async (each: StreamRecord) => {
    saved.push(each);
  };
  await recordStream.in(smallWorld({ registry: { saveStream } }))(stream);
  expect(saved).toEqual([stream]);
});
