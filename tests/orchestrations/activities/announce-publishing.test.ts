import { expect, it } from 'vitest';
import { setPublishing } from '../../../orchestrations/activities/announce-publishing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

it('announcePublishing tells the registry', async () => {
  const told: boolean[] = [];
  const setPublishing = async (is: boolean) => {
    told.push(is);
  };
  const ports = createFakePorts({ registry: { setPublishing } });
  await setPublishing.in(ports)({ is: true });
  await setPublishing.in(ports)({ is: false });
  expect(told).toEqual([true, false]);
});
