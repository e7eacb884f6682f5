import { expect, it } from 'vitest';
import { pausePipeline, resumePipeline } from '../../../../functions/http/routes/pipeline.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

it('the pipeline is paused and resumed, each with a reason, and wakes up when resumed', async () => {
  const context = createTestContext();
  const { auditLog, pipelineControl } = context.ports;
  const paused = { state: 'paused', actor: 'local', reason: 'Maintenance.' };
  expect((await send(context, pausePipeline, { body: { reason: 'Maintenance.' } })).body).toMatchObject(paused);
  expect(await pipelineControl.getState()).toMatchObject(paused);
  expect(context.wakeUps).toEqual([]);

  expect((await send(context, resumePipeline, { body: { reason: 'Done.' } })).body).toMatchObject({ state: 'running' });
  expect(await pipelineControl.getState()).toMatchObject({ state: 'running', reason: 'Done.' });
  expect(context.wakeUps).toEqual(['streams', 'pipeline']);
  const { rows } = await auditLog.list({ target: 'pipeline' }, 10);
  expect(rows.map(({ action }) => action).sort()).toEqual(['pause', 'resume']);
});

it('nobody pauses without a reason', async () => {
  const context = createTestContext();
  expect((await send(context, pausePipeline, { body: {} })).status).toBe(400);
  expect((await context.ports.auditLog.list({}, 10)).rows).toEqual([]);
  expect(await context.ports.pipelineControl.getState()).toBeUndefined();
});
