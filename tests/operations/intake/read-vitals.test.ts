import { describe, expect, it } from 'vitest';
import type { Verdict, Violation } from '../../../medallion/quality/verdict.ts';
import type { LayerRecord } from '../../../medallion/runs/run.ts';
import { readVitals } from '../../../operations/intake/read-vitals.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { registerFiles } from '../../support/register-files.ts';

const now = new Date(toTime(60));
const datasets = [aLanding('gym_logins'), aLanding('bpm')];

describe('readVitals', () => {
  it('says that nothing waits and nothing was released', async () => {
    expect(await readVitals(createFakePorts({ datasets }), now)).toEqual({
      operator: { state: 'running', pendingFiles: 0, isPlanQueued: false, runningRuns: 0, isStuck: false },
      datasets: [
        { dataset: 'gym_logins', pendingFiles: 0, oldestPendingSeconds: 0 },
        { dataset: 'bpm', pendingFiles: 0, oldestPendingSeconds: 0 },
      ],
      tables: [],
    });
  });

  it('says how long the oldest file waits, how old the release is, and why nothing goes on', async () => {
    const ports = createFakePorts({ datasets });
    const [oldest] = await registerFiles(ports, [{ path: 'bpm/a' }, { path: 'gym_logins/b' }, { path: 'bpm/c' }]);
    await ports.runs.save(createRun(10, 'published'));
    await ports.pipelineControl.setState({ state: 'paused', actor: 'ann', reason: 'So.', at: toTime(20) });
    await ports.plans.queue({
      plan: `p-${toBatch(1)}`,
      planHash: 'h',
      state: 'queued',
      actor: 'ann',
      reason: 'So.',
      at: toTime(20),
    });
    const oldestPendingSeconds = Math.round((now.getTime() - Date.parse(oldest?.registeredAt ?? '')) / 1000);
    expect(await readVitals(ports, now)).toMatchObject({
      operator: {
        state: 'paused',
        stateSeconds: 40 * 60,
        pendingFiles: 3,
        oldestPendingSeconds,
        oldestPendingDataset: 'bpm',
        releaseAgeSeconds: 49 * 60,
        isPlanQueued: true,
      },
      datasets: [
        { dataset: 'gym_logins', pendingFiles: 1 },
        { dataset: 'bpm', pendingFiles: 2, oldestPendingSeconds },
      ],
    });
  });

  it('says that files are stuck when they wait for twice as long as promised and nothing runs', async () => {
    const tables = [{ ...createTableContract('gold.summary'), freshness: { minutes: 15 } }];
    const ports = createFakePorts({ datasets, tables });
    const [file] = await registerFiles(ports, [{ path: 'bpm/a' }]);
    const isStuckAfter = async (minutes: number) => {
      const later = new Date(Date.parse(file?.registeredAt ?? '') + minutes * 60_000);
      return (await readVitals(ports, later)).operator.isStuck;
    };
    expect([await isStuckAfter(30), await isStuckAfter(31)]).toEqual([false, true]);

    const running = createRun(1, 'running');
    await ports.runs.save(running);
    expect(await isStuckAfter(31)).toBe(false);
    await ports.runs.save({ ...running, outcome: 'failed', endedAt: toTime(2) });
    await ports.pipelineControl.setState({ state: 'paused', actor: 'ann', reason: 'So.', at: toTime(20) });
    expect(await isStuckAfter(31)).toBe(false);
  });

  it('says how old what readers see of each table is, and that too much of it is late', async () => {
    const tables = ['gold.a', 'gold.b'].map((table) => ({
      ...createTableContract(table),
      freshness: { minutes: 15 },
    }));
    const ports = createFakePorts({ datasets, tables });
    const late = { files: 1, samples: [[1, 2, 3, 4, 1000]] };
    const violation: Violation = { rule: 'r', table: 'gold.b', action: 'block', reason: 'Wrong.', blocks: ['gold.b'] };
    const verdict: Verdict = { outcome: 'warned', rules: 1, evaluated: 1, fingerprint: 'f', violations: [violation] };
    const layer: LayerRecord = { layer: 'gold', jobRuns: [], outcome: 'passed', startedAt: toTime(1), verdict };
    await ports.runs.save(createRun(30, 'published', { release: 'r-1' }));
    await ports.runs.save(createRun(50, 'published', { release: 'r-2', freshness: late, layers: [layer] }));
    expect((await readVitals(ports, now)).tables).toEqual([
      { table: 'gold.a', promiseSeconds: 900, releaseAgeSeconds: 9 * 60, isBurning: true },
      { table: 'gold.b', promiseSeconds: 900, releaseAgeSeconds: 29 * 60, isBurning: true },
    ]);
  });

  it('says that a table is late for files of a run that was blocked, until a release has closed its batch', async () => {
    const tables = [{ ...createTableContract('gold.a'), freshness: { minutes: 15 } }];
    const ports = createFakePorts({ datasets, tables });
    await ports.runs.save(createRun(20, 'blocked', { files: 1 }));
    await ports.unreleasedBatches.save({ batch: toBatch(20), files: 1, datasets: ['bpm'] });
    const inTime = { files: 1, samples: [[1, 2, 3, 4, 5]] };
    await ports.runs.save(createRun(50, 'published', { release: 'r-1', freshness: inTime }));
    expect((await readVitals(ports, now)).tables).toMatchObject([{ isBurning: true }]);
    await ports.unreleasedBatches.markReleased([toBatch(20)]);
    expect((await readVitals(ports, now)).tables).toMatchObject([{ isBurning: false }]);
  });
});
