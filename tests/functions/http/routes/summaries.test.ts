import { describe, expect, it } from 'vitest';
import { gymSummary, perRelease, workoutSummary } from '../../../../functions/http/routes/summaries.ts';
import type { QueryResult } from '../../../../medallion/ports/index.ts';
import type { RunRecord } from '../../../../medallion/runs/run.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';
import { batch } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const run = (release: string): RunRecord => ({
  ...{ batch, outcome: 'published', files: 1, datasets: [], release, startedAt: '2026-01-01T00:00:00Z', layers: [] },
});
const registryWith = (release: string) => ({ runs: async () => ({ rows: [run(release)] }) });
const rows =
  (...all: Record<string, unknown>[]) =>
  (): QueryResult => ({ kind: 'rows', rows: all });

describe('the summaries', () => {
  it('show ranges of heart rates without naming anybody', async () => {
    const row = { date: '2026-01-01', workout: '1', session: '2', least: '35.0', mean: 60, most: 95, readings: 3900n };
    const context = createTestContext({ registry: registryWith('r-1'), answer: rows(row) });
    expect((await send(context, workoutSummary)).body).toEqual({
      workouts: [{ date: '2026-01-01', workout: '1', session: '2', least: 35, mean: 60, most: 95, readings: 3900 }],
    });
    expect(context.ports.asked[0]).not.toMatch(/user_id|age|sex|city/);
  });

  it('show minutes per gym and day', async () => {
    const row = { date: '2026-01-01', gym: '5', inGym: 90, exercising: 60, visitors: 2n };
    const context = createTestContext({ registry: registryWith('r-2'), answer: rows(row) });
    expect((await send(context, gymSummary)).body.gyms).toMatchObject([{ gym: '5', visitors: 2 }]);
  });

  it('are empty before the first release, without asking the warehouse', async () => {
    const context = createTestContext();
    expect((await send(context, gymSummary)).body).toEqual({ gyms: [] });
    expect(context.ports.asked).toEqual([]);
  });
});

describe('perRelease', () => {
  it('asks the warehouse once per release', async () => {
    const look = perRelease('SELECT 1');
    const [first, second] = ['r-3', 'r-4'].map((id) =>
      createFakePorts({ registry: registryWith(id), answer: rows({ a: 1 }) }),
    );
    for (const ports of [first, first, second, first]) if (ports) await look(ports);
    expect([first?.asked.length, second?.asked.length]).toEqual([1, 1]);
  });

  it('does not keep a refusal', async () => {
    const look = perRelease('SELECT 1');
    let isAway = true;
    const answer = (): QueryResult => (isAway ? { kind: 'rejected', reason: 'Not now.' } : { kind: 'rows', rows: [] });
    const ports = createFakePorts({ registry: registryWith('r-5'), answer });
    expect(await look(ports)).toMatchObject({ code: 'conflict' });
    isAway = false;
    expect(await look(ports)).toEqual([]);
  });
});
