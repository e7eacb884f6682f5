import { expect, it } from 'vitest';
import { requestDrain } from '../../../orchestrations/activities/request-drain.ts';
import { batch } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

it('requestDrain leaves the file that the job looks for', async () => {
  const ports = smallWorld({});
  await requestDrain.in(ports)({ stream: batch });
  expect([...ports.texts.keys()]).toEqual([`drains/${batch}.json`]);
});
