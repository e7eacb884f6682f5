import { expect, it } from 'vitest';
import { clearWakeUp } from '../../../orchestrations/activities/silence-doorbell.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

it('silenceDoorbell silences the doorbell', async () => {
  let silenced = 0;
  const silence = async () => {
    silenced++;
  };
  await clearWakeUp.in(createFakePorts({ registry: { silence } }))({});
  expect(silenced).toBe(1);
});
