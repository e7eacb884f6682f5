import { expect, it } from 'vitest';
import { requestDrain } from '../../../orchestrations/activities/request-drain.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

it('requestDrain leaves the file that the job looks for', async () => {
  const ports = createFakePorts({});
  await requestDrain.in(ports)({ stream: batch });
  expect([...ports.texts.keys()]).toEqual([`drains/${batch}.json`]);
});
