import { afterEach, describe, expect, it, vi } from 'vitest';
import { pausePipeline, resumePipeline } from '../../../../functions/http/routes/pipeline.ts';
import { beginPublication } from '../../../support/publication.ts';
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

describe('a pause while a release is being published', () => {
  const body = { reason: 'Wait.' };
  const later = new Date('2026-01-02T12:10:00Z');

  async function createContext() {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const context = createTestContext();
    return { context, end: await beginPublication(context.ports, later) };
  }

  afterEach(() => void vi.useRealTimers());

  it('holds at once, and is answered when readers have come to see it', async () => {
    const { context, end } = await createContext();
    const paused = send(context, pausePipeline, { body });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await context.ports.pipelineControl.getState()).toMatchObject({ state: 'paused' });
    await end();
    await vi.advanceTimersByTimeAsync(2000);
    const { body: answer, status } = await paused;
    expect([status, answer.publishing]).toEqual([200, undefined]);
  });

  it('is answered with its name if it takes over a minute', async () => {
    const { context } = await createContext();
    const paused = send(context, pausePipeline, { body });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await paused).toMatchObject({ status: 202, body: { state: 'paused', publishing: 'r-3' } });
  });

  it('does not wait if runs may end', async () => {
    const { context } = await createContext();
    expect((await send(context, pausePipeline, { body: { ...body, mayPublish: true } })).status).toBe(200);
  });
});
