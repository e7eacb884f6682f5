import { expect, it } from 'vitest';
import { readPace } from '../../../orchestrations/activities/read-pace.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { tuning } from '../../support/samples.ts';

it('readPace gives the pace of the environment', async () => {
  expect(readPace.output.parse(await readPace.in(createFakePorts({}))({}))).toEqual(tuning);
});
