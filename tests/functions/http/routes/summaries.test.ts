import { describe, expect, it } from 'vitest';
import { cachePerRelease, gymSummary, workoutSummary } from '../../../../functions/http/routes/summaries.ts';
import type { QueryResult } from '../../../../medallion/ports/sql-warehouse.ts';
import { createFakePorts, type FakePorts } from '../../../support/fake-ports.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const createAnswer =
  (...rows: Record<string, unknown>[]) =>
  (): QueryResult => ({ kind: 'rows', rows });

const publish = ({ releases }: FakePorts, release: string, publishedAt = '2026-01-01T00:00:00Z') =>
  releases.setCurrent({ release, publishedAs: release, publishedAt });

describe('the summaries', () => {
  it('show ranges of heart rates without naming anybody', async () => {
    const row = { date: '2026-01-01', workout: '1', session: '2', min: '35.0', avg: 60, max: 95, readings: 3900n };
    const context = createTestContext({ answer: createAnswer(row) });
    await publish(context.ports, 'r-1');
    expect((await send(context, workoutSummary)).body).toEqual({
      workouts: [{ date: '2026-01-01', workout: '1', session: '2', min: 35, avg: 60, max: 95, readings: 3900 }],
    });
    expect(context.ports.statements[0]).not.toMatch(/user_id|age|sex|city/);
  });

  it('show minutes per gym and day', async () => {
    const row = { date: '2026-01-01', gym: '5', minutesInGym: 90, minutesExercising: '60', visitors: 2n };
    const context = createTestContext({ answer: createAnswer(row) });
    await publish(context.ports, 'r-2');
    expect((await send(context, gymSummary)).body.gyms).toEqual([
      { date: '2026-01-01', gym: '5', minutesInGym: 90, minutesExercising: 60, visitors: 2 },
    ]);
  });

  it.for([workoutSummary, gymSummary])('$name is empty before the first release, without a query', async (route) => {
    const context = createTestContext();
    expect(Object.values((await send(context, route)).body)).toEqual([[]]);
    expect(context.ports.statements).toEqual([]);
  });

  it.for([workoutSummary, gymSummary])('$name says so when the warehouse rejects the query', async (route) => {
    const context = createTestContext({ answer: () => ({ kind: 'rejected', reason: 'No such view.' }) });
    await publish(context.ports, 'r-3');
    expect(await send(context, route)).toMatchObject({
      status: 502,
      body: { code: 'query_failed', detail: expect.stringContaining('No such view.') },
    });
  });
});

describe('cachePerRelease', () => {
  it('queries the warehouse once per release, and again after a roll back', async () => {
    const read = cachePerRelease('SELECT 1');
    const ports = createFakePorts({ answer: createAnswer({ a: 1 }) });
    await publish(ports, 'r-1');
    await read(ports);
    await read(ports);
    expect(ports.statements).toHaveLength(1);
    await publish(ports, 'r-2');
    await read(ports);
    await publish(ports, 'r-1', '2026-01-02T00:00:00Z');
    await read(ports);
    expect(ports.statements).toHaveLength(3);
  });

  it('keeps so many releases and no more', async () => {
    const read = cachePerRelease('SELECT 1', { max: 2 });
    const ports = createFakePorts({ answer: createAnswer({ a: 1 }) });
    for (const release of ['r-1', 'r-2', 'r-3', 'r-1']) {
      await publish(ports, release);
      await read(ports);
    }
    expect(ports.statements).toHaveLength(4);
  });

  it('does not keep a rejection', async () => {
    const read = cachePerRelease('SELECT 1');
    let isRejected = true;
    const answer = (): QueryResult =>
      isRejected ? { kind: 'rejected', reason: 'Not now.' } : { kind: 'rows', rows: [] };
    const ports = createFakePorts({ answer });
    await publish(ports, 'r-5');
    expect(await read(ports)).toMatchObject({ code: 'query_failed' });
    isRejected = false;
    expect(await read(ports)).toEqual([]);
  });
});
