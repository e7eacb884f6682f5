import { expect, it } from 'vitest';
import { pausePipeline, resumePipeline } from '../../../../functions/http/routes/pipeline.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

it('the pipeline is paused and resumed, each with a reason, and wakes up when resumed', async () => {
  const context = createTestContext();
  expect((await send(context, pausePipeline, { body: { reason: 'Maintenance.' } })).body).toMatchObject({
    ...{ state: 'paused', actor: 'local', reason: 'Maintenance.' },
  });
  expect(context.wakeUps).toEqual([]);
  expect((await send(context, resumePipeline, { body: { reason: 'Done.' } })).body).toMatchObject({ state: 'open' });
  expect(context.wakeUps).toEqual(['pipeline']);
  expect(context.ports.desk.kept.acts.map(({ action }) => action)).toEqual(['resumed', 'paused']);
});

it('nobody pauses without a reason', async () => {
  const context = createTestContext();
  expect((await send(context, pausePipeline, { body: {} })).status).toBe(400);
  expect(context.ports.desk.kept).toMatchObject({ acts: [] });
});
