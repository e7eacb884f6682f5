import { describe, expect, it } from 'vitest';
import { streams, updateStream } from '../../../../functions/http/routes/streams.ts';
import type { StreamRecord } from '../../../../medallion/runs/stream.ts';
import { continuous, stream } from '../../../support/samples.ts';
import { createTestContext, send, type TestContext } from '../../../support/test-context.ts';

async function createContext(...records: readonly StreamRecord[]): Promise<TestContext> {
  const context = createTestContext({ modes: continuous });
  for (const record of records) await context.ports.streams.save(record);
  return context;
}

const update = (context: TestContext, layer: string, body: object) =>
  send(context, updateStream, { params: { layer }, body: { reason: 'New code.', ...body } });
const listEntries = async ({ ports }: TestContext) => (await ports.auditLog.list({}, 10)).rows;

describe('GET /api/streams', () => {
  it('gives the mode of each layer, and where its stream is', async () => {
    expect((await send(await createContext(stream), streams)).body).toEqual({
      streams: [
        { layer: 'bronze', mode: 'continuous' },
        { layer: 'silver', mode: 'continuous' },
        { ...stream, mode: 'continuous' },
      ],
    });
  });
});

describe('PATCH /api/streams/{layer}', () => {
  it('pauses and resumes one layer or all, and records actor and reason', async () => {
    const context = await createContext();
    expect(await update(context, 'gold', { paused: true })).toMatchObject({
      status: 202,
      body: { streams: [{}, {}, { layer: 'gold', paused: true }] },
    });
    expect(await context.ports.streams.getSettings()).toEqual({ gold: { paused: true } });
    const entry = { action: 'pause', target: 'streams/gold', actor: 'local', reason: 'New code.' };
    expect(await listEntries(context)).toMatchObject([entry]);

    await update(context, 'all', { paused: false });
    expect(await context.ports.streams.getSettings()).toEqual({
      bronze: { paused: false },
      silver: { paused: false },
      gold: { paused: false },
    });
    const { rows } = await context.ports.auditLog.list({ target: 'streams/all' }, 10);
    expect(rows).toMatchObject([{ action: 'resume' }]);
  });

  it('sets the mode, and wakes those who have to do with it', async () => {
    const context = await createContext();
    expect(await update(context, 'silver', { mode: 'triggered' })).toMatchObject({
      status: 202,
      body: { streams: [{}, { mode: 'triggered' }, {}] },
    });
    expect(await context.ports.streams.getSettings()).toEqual({ silver: { mode: 'triggered' } });
    expect(context.wakeUps).toEqual(['streams', 'pipeline']);
    expect(await listEntries(context)).toMatchObject([{ action: 'set_mode', target: 'streams/silver' }]);
  });

  it('does both at once, and records both', async () => {
    const context = await createContext();
    await update(context, 'gold', { mode: 'continuous', paused: true });
    expect(await context.ports.streams.getSettings()).toEqual({ gold: { mode: 'continuous', paused: true } });
    expect((await listEntries(context)).map(({ action }) => action).sort()).toEqual(['pause', 'set_mode']);
  });

  it('lets a halted stream begin again, but only when it is resumed', async () => {
    const halted = { ...stream, state: 'halted' as const, failures: 4 };
    const resumed = await createContext(halted);
    await update(resumed, 'gold', { paused: false });
    expect(await resumed.ports.streams.list()).toMatchObject([{ state: 'drained', failures: 0 }]);
    const switched = await createContext(halted);
    await update(switched, 'gold', { mode: 'continuous' });
    expect(await switched.ports.streams.list()).toMatchObject([{ state: 'halted', failures: 4 }]);
  });

  it('refuses a mode that the deployed compute of one of the layers does not fit, and changes nothing', async () => {
    const context = createTestContext({ isComputeDeployed: true });
    expect(await update(context, 'all', { mode: 'continuous' })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining("was deployed for the mode 'triggered'") },
    });
    expect(await context.ports.streams.getSettings()).toEqual({});
    expect(await listEntries(context)).toEqual([]);
    expect(context.wakeUps).toEqual([]);
  });

  it.for([
    ['an unknown layer', 'platinum', { paused: true }],
    ['an unknown mode', 'gold', { mode: 'exploding' }],
    ['nothing to change', 'gold', {}],
    ['a field too many', 'gold', { paused: true, drained: true }],
    ['no reason', 'gold', { paused: true, reason: '' }],
  ] as const)('rejects %s and changes nothing', async ([, layer, body]) => {
    const context = await createContext();
    expect((await update(context, layer, body)).status).toBe(400);
    expect(await context.ports.streams.getSettings()).toEqual({});
    expect(await listEntries(context)).toEqual([]);
    expect(context.wakeUps).toEqual([]);
  });
});
