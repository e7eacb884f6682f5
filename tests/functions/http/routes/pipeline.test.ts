import { expect, it } from 'vitest';
import { pausePipeline, resumePipeline } from '../../../../functions/http/routes/pipeline.ts';
import { aRoom, ask } from '../../../support/a-room.ts';

it('the pipeline is paused and resumed, each with a reason, and wakes up when resumed', async () => {
  const context = aRoom();
  expect((await ask(context, pausePipeline, { body: { reason: 'Maintenance.' } })).body).toMatchObject({
    ...{ state: 'paused', actor: 'local', reason: 'Maintenance.' },
  });
  expect(context.woken).toEqual([]);
  expect((await ask(context, resumePipeline, { body: { reason: 'Done.' } })).body).toMatchObject({ state: 'open' });
  expect(context.woken).toEqual(['pipeline']);
  expect(context.ports.desk.kept.acts.map(({ action }) => action)).toEqual(['resumed', 'paused']);
});

it('nobody pauses without a reason', async () => {
  const context = aRoom();
  expect((await ask(context, pausePipeline, { body: {} })).status).toBe(400);
  expect(context.ports.desk.kept).toMatchObject({ acts: [] });
});
