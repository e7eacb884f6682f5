import { describe, expect, it } from 'vitest';
import { fileIdOf } from '../../../medallion/file.ts';
import { batchIdAt, manifestPath, manifestText } from '../../../medallion/manifest.ts';
import type { RunRecord } from '../../../medallion/run.ts';
import { settleFiles } from '../../../orchestrations/activities/settle-files.ts';
import { smallWorld } from '../../support/world.ts';

const batchAt = (minute: number) =>
  batchIdAt(new Date(Date.UTC(2026, 0, 1, 0, minute)), '01234567-89ab-4cde-8f01-23456789abcd');
const [first, second, third] = [batchAt(1), batchAt(2), batchAt(3)];
const run = (batch: string, outcome: RunRecord['outcome'], change: Partial<RunRecord> = {}): RunRecord => ({
  batch,
  outcome,
  files: 1,
  datasets: ['gym_logins'],
  startedAt: '2026-01-01T00:00:00Z',
  layers: [],
  ...change,
});

function textsOf(batch: string, isLoaded: boolean): Record<string, string> {
  const content = { path: 'gym_logins/a', etag: batch };
  const line = {
    ...content,
    batch,
    file: fileIdOf(content),
    dataset: 'gym_logins',
    length: 1,
    lastModified: '2026-01-01T00:00:00Z',
    replaces: null,
  };
  const report = { batch, layer: 'bronze', tables: [], files: [] };
  return {
    [manifestPath(batch)]: manifestText([line]),
    ...(isLoaded ? { [`reports/${batch}/bronze.json`]: JSON.stringify(report) } : {}),
  };
}

const published = run(third, 'published', { release: 'r-3' });
const runs = (...rows: RunRecord[]) => ({ runs: async () => ({ rows }) });

describe('settleFiles', () => {
  it('holds the files of a run that was held, with the reason', async () => {
    const world = smallWorld({ texts: textsOf(first, true) });
    await settleFiles.in(world)(run(first, 'held', { because: 'Wrong.' }));
    expect(world.settled).toEqual([{ batch: first, end: { fate: 'held', because: 'Wrong.' } }]);
  });

  it('lets a release carry what earlier runs had loaded and left behind', async () => {
    const texts = { ...textsOf(first, true), ...textsOf(second, true), ...textsOf(third, true) };
    const world = smallWorld({ texts, registry: runs(published, run(second, 'held'), run(first, 'failed')) });

    expect(await settleFiles.in(world)(published)).toEqual({ healed: [second, first] });
    expect(world.settled.map(({ batch, end }) => [batch, end.fate, end.release])).toEqual([
      [second, 'published', 'r-3'],
      [first, 'published', 'r-3'],
      [third, 'published', 'r-3'],
    ]);
    expect(world.saved).toMatchObject([
      { batch: second, release: 'r-3' },
      { batch: first, release: 'r-3' },
    ]);
  });

  it('does not publish what was never loaded', async () => {
    const texts = { ...textsOf(second, false), ...textsOf(third, true) };
    const world = smallWorld({ texts, registry: runs(run(second, 'failed')) });
    expect(await settleFiles.in(world)(published)).toEqual({ healed: [] });
  });

  it('looks no further back than the last release', async () => {
    const texts = { ...textsOf(first, true), ...textsOf(third, true) };
    const world = smallWorld({
      texts,
      registry: runs(run(second, 'published', { release: 'r-2' }), run(first, 'held')),
    });
    expect(await settleFiles.in(world)(published)).toEqual({ healed: [] });
  });
});
