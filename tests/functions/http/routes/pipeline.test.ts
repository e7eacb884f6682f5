import { expect, it } from 'vitest';
import { pausePipeline, resumePipeline } from '../../../../functions/http/routes/pipeline.ts';
import { aRoom, ask } from '../../../support/a-room.ts';

it('the pipeline is paused and resumed, each with a reason, and wakes up when resumed', async () => {
  const room = aRoom();
  expect((await ask(room, pausePipeline, { body: { why: 'Maintenance.' } })).body).toMatchObject({
    ...{ state: 'paused', by: 'local', why: 'Maintenance.' },
  });
  expect(room.woken).toEqual([]);
  expect((await ask(room, resumePipeline, { body: { why: 'Done.' } })).body).toMatchObject({ state: 'open' });
  expect(room.woken).toEqual(['pipeline']);
  expect(room.world.desk.kept.acts.map(({ did }) => did)).toEqual(['resumed', 'paused']);
});

it('nobody pauses without a reason', async () => {
  const room = aRoom();
  expect((await ask(room, pausePipeline, { body: {} })).status).toBe(400);
  expect(room.world.desk.kept).toMatchObject({ acts: [] });
});
