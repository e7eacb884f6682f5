import { expect, it } from 'vitest';
import { announcePublishing } from '../../../orchestrations/activities/announce-publishing.ts';
import { smallWorld } from '../../support/world.ts';

it('announcePublishing tells the registry', async () => {
  const told: boolean[] = [];
  const setPublishing = async (is: boolean) => {
    told.push(is);
  };
  const world = smallWorld({ registry: { setPublishing } });
  await announcePublishing.in(world)({ is: true });
  await announcePublishing.in(world)({ is: false });
  expect(told).toEqual([true, false]);
});
