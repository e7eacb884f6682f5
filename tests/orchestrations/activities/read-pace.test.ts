import { expect, it } from 'vitest';
import { readPace } from '../../../orchestrations/activities/read-pace.ts';
import { tuning } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

it('readPace gives the pace of the environment', async () => {
  expect(readPace.output.parse(await readPace.in(smallWorld({}))({}))).toEqual(tuning);
});
