import { describe, expect, it } from 'vitest';
import { sweep } from '../../../functions/triggers/sweep.ts';
import type { BlobProperties } from '../../../medallion/ports/lake.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { parseEvent } from '../../support/logged-events.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';

const now = new Date('2026-01-01T01:00:00Z');
const createProperties = (name: string, lastModified: string, length = 5): BlobProperties => ({
  path: `gym_logins/${name}`,
  etag: name,
  length,
  lastModified,
  isDirectory: false,
});

function createSweep(landed: readonly BlobProperties[] = []) {
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')], landed });
  const logged: { level: string; line: unknown }[] = [];
  const counts = { wakeUps: 0 };
  const createWriter = (level: string) => (line: string) => {
    const { at: _, event, fields } = parseEvent(line);
    logged.push({ level, line: { event, ...fields } });
  };
  const log = { info: createWriter('info'), warn: createWriter('warn') };
  const wake = async () => void counts.wakeUps++;
  return { ports, logged, counts, run: (changed = ports) => sweep(changed, wake, log, now) };
}

describe('sweep', () => {
  it('registers what no event has told of, says how late, and wakes the pipeline', async () => {
    const known = createProperties('a', '2026-01-01T00:50:00Z');
    const missed = createProperties('b', '2026-01-01T00:58:00Z');
    const { counts, logged, ports, run } = createSweep([known, missed]);
    await registerNew(ports, known);
    await run();

    const paths = (await ports.files.list({ dataset: 'gym_logins' }, 10)).rows.map(({ path }) => path);
    expect(paths.sort()).toEqual(['gym_logins/a', 'gym_logins/b']);
    const line = {
      event: 'sweep.finished',
      kind: 'quick',
      looked: 2,
      missed: 1,
      oldestSeconds: 120,
      failed: 0,
    };
    expect(logged[0]).toEqual({ level: 'warn', line });
    const seen = { looked: 2, missed: 0, failed: 0, isComplete: true, lookedInAll: 2 };
    expect(logged[1]).toMatchObject({ level: 'info', line: { event: 'sweep.finished', kind: 'full', ...seen } });
    expect(logged[2]).toMatchObject({
      level: 'info',
      line: { event: 'operator.status', state: 'running', pendingFiles: 2, oldestPendingDataset: 'gym_logins' },
    });
    // Once for what waited, and once for what was found.
    expect(counts.wakeUps).toBe(2);
  });

  it('does not warn when events have told of everything, or of what is ignored', async () => {
    const { counts, logged, run } = createSweep([createProperties('empty', '2026-01-01T00:00:00Z', 0)]);
    await run();
    expect(logged).toMatchObject([
      { level: 'info', line: { event: 'sweep.finished', kind: 'quick', missed: 0, oldestSeconds: 0 } },
      { level: 'info', line: { event: 'sweep.finished', kind: 'full', missed: 0, oldestSeconds: 0 } },
      { level: 'info', line: { event: 'operator.status', pendingFiles: 0 } },
      { level: 'info', line: { event: 'dataset.status', dataset: 'gym_logins', pendingFiles: 0 } },
    ]);
    expect(counts.wakeUps).toBe(0);
  });

  it('leaves a file that may still be being written', async () => {
    const { ports, run } = createSweep([createProperties('a', '2026-01-01T00:59:59Z')]);
    await run();
    expect(await ports.queue.count()).toBe(0);
  });

  it('looks at more files than it registers at once', async () => {
    const many = Array.from({ length: 50 }, (_, index) => createProperties(`f${index}`, '2026-01-01T00:00:00Z'));
    const { ports, run } = createSweep(many);
    await run();
    expect(await ports.queue.count()).toBe(50);
  });

  it('wakes the pipeline before it looks, names what it could not do, and says how it ended', async () => {
    const { counts, logged, ports, run } = createSweep([createProperties('a', '2026-01-01T00:00:00Z')]);
    await registerNew(ports, createProperties('b', '2026-01-01T00:00:00Z'));
    const broken = { ...ports.lake, getProperties: () => Promise.reject(new Error('HTTP 403.')) };
    await run({ ...ports, lake: broken });
    expect(counts.wakeUps).toBe(1);
    expect(logged).toMatchObject([
      { level: 'warn', line: { event: 'sweep.failed', subject: 'gym_logins/a', reason: 'HTTP 403.' } },
      { level: 'warn', line: { event: 'sweep.finished', kind: 'quick', looked: 1, missed: 0, failed: 1 } },
      { level: 'warn', line: { event: 'sweep.failed', subject: 'gym_logins/a', reason: 'HTTP 403.' } },
      { level: 'warn', line: { event: 'sweep.finished', kind: 'full', looked: 1, missed: 0, failed: 1 } },
      { level: 'info', line: { event: 'operator.status', pendingFiles: 1 } },
      { level: 'info', line: { event: 'dataset.status', dataset: 'gym_logins', pendingFiles: 1 } },
    ]);
  });

  it('says how old each published table is, and when maintenance last ended', async () => {
    const freshness = { minutes: 15 };
    const { logged, ports, run } = createSweep();
    ports.texts.set(
      'maintenance/00000001-a.json',
      JSON.stringify({
        at: '2025-12-31T23:00:00.000Z',
        batch: 'maintenance-1',
        erased: { 'bronze.bpm': 3 },
        waiting: [],
        overdue: 2,
      }),
    );
    await run({ ...ports, tables: [{ ...createTableContract('gold.gym_summary'), freshness }] });
    expect(logged.map(({ line }) => line)).toMatchObject([
      { event: 'sweep.finished', kind: 'quick' },
      { event: 'sweep.finished', kind: 'full' },
      { event: 'operator.status', isStuck: false },
      { event: 'dataset.status' },
      { event: 'table.status', table: 'gold.gym_summary', promiseSeconds: 900, isBurning: false },
      { event: 'maintenance.status', ageSeconds: 7200, erasedLines: 3, waitingTables: 0, overdueErasures: 2 },
    ]);
  });

  it('sends the same numbers to whoever collects metrics, and says so when they do not arrive', async () => {
    const { logged, ports, run } = createSweep();
    await run();
    expect(ports.measurements).toContainEqual({ name: 'pipeline.state', unit: '1', value: 0 });
    const report = () => Promise.reject(new Error('HTTP 503.'));
    await run({ ...ports, metrics: { report } });
    expect(logged.at(-1)).toEqual({ level: 'warn', line: { event: 'metrics.failed', reason: 'HTTP 503.' } });
  });

  it('wakes the pipeline for what only the full sweep sees, which is over for the day after that', async () => {
    const { counts, logged, ports, run } = createSweep([createProperties('renamed', '2025-12-01T00:00:00Z')]);
    await ports.marks.set('quick-sweep', now.toISOString());
    await run();
    expect(logged).toMatchObject([
      { level: 'info', line: { kind: 'quick', looked: 1, missed: 0 } },
      { level: 'warn', line: { kind: 'full', missed: 1, isComplete: true } },
      { level: 'info', line: { event: 'operator.status' } },
      { level: 'info', line: { event: 'dataset.status' } },
    ]);
    expect(counts.wakeUps).toBe(1);
    logged.length = 0;
    await run();
    expect(logged.map(({ line }) => line)).toMatchObject([
      { kind: 'quick' },
      { event: 'operator.status' },
      { event: 'dataset.status' },
    ]);
  });

  it('wakes nobody when nothing waits', async () => {
    const { counts, run } = createSweep();
    await run();
    expect(counts.wakeUps).toBe(0);
  });

  it('wakes the pipeline for a file that waits and that nobody told it of', async () => {
    const { counts, ports, run } = createSweep();
    await registerNew(ports, createProperties('a', '2026-01-01T00:00:00Z'));
    await run();
    expect(counts.wakeUps).toBe(1);
  });

  it('wakes the pipeline for a plan that nobody told it of', async () => {
    const { counts, ports, run } = createSweep();
    const at = '2026-01-01T00:00:00Z';
    await ports.plans.queue({ plan: `p-${batch}`, planHash: 'h', state: 'queued', actor: 'ann', reason: 'So.', at });
    await run();
    expect(counts.wakeUps).toBe(1);
  });
});
