import { expect, it } from 'vitest';
import type { StreamRecord } from '../../../medallion/runs/stream.ts';
import { recordStream } from '../../../orchestrations/activities/record-stream.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { stream } from '../../support/samples.ts';

it('recordStream keeps what is known of a stream', async () => {
  const saved: StreamRecord[] = [];
  const saveStream = async (each: StreamRecord) => {
    saved.push(each);
  };
  await recordStream.in(createFakePorts({ registry: { saveStream } }))(stream);
  expect(saved).toEqual([stream]);
});
