import { expect, it } from 'vitest';
import { clearWakeUp } from '../../../orchestrations/activities/silence-doorbell.ts';
import { smallWorld } from '../../support/world.ts';

it('silenceDoorbell silences the doorbell', async () => {
  let silenced = 0;
  const silence = async () => {
    silenced++;
  };
  await clearWakeUp.in(smallWorld({ registry: { silence } }))({});
  expect(silenced).toBe(1);
});
