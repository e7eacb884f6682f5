import { expect, it } from 'vitest';
import { requestDrain } from '../../../orchestrations/activities/request-drain.ts';
import { batch } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

it('requestDrain leaves the file that the job looks for', async () => {
  const world = smallWorld({});
  await requestDrain.in(world)({ stream: batch });
  expect([...world.texts.keys()]).toEqual([`drains/${batch}.json`]);
});
