import { describe, expect, it } from 'vitest';
import type { LayerRecord, RunRecord } from '../../../medallion/runs/run.ts';
import { toTrace } from '../../../medallion/runs/trace.ts';
import { batch } from '../../support/samples.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 1, second)).toISOString();
const layers: RunRecord['layers'] = [
  { layer: 'bronze', jobRuns: ['7'], outcome: 'passed', startedAt: at(10), endedAt: at(15) },
  { layer: 'silver', jobRuns: [], outcome: 'passed', startedAt: at(13), endedAt: at(18) },
];
const run = {
  batch,
  outcome: 'published',
  release: 'r-1',
  files: 2,
  datasets: ['bpm'],
  startedAt: at(10),
  endedAt: at(20),
  layers,
  freshness: {
    files: 2,
    samples: [
      [null, null, null, null, 12],
      [null, null, null, null, 30],
    ],
  },
} satisfies RunRecord;

describe('the trace of a run', () => {
  it('goes from the landing of its oldest file to its release', () => {
    const trace = toTrace(run);
    expect(trace).toMatchObject({ name: 'run', startedAt: '2026-01-01T00:00:50.000Z', endedAt: at(20) });
    expect(trace.parts?.map(({ endedAt, name, startedAt }) => [name, startedAt, endedAt])).toEqual([
      ['file waits', '2026-01-01T00:00:50.000Z', at(10)],
      ['bronze', at(10), at(15)],
      ['silver', at(13), at(18)],
      ['release', at(18), at(20)],
    ]);
    expect(trace.parts?.[1]?.attributes).toEqual({ batch, layer: 'bronze', outcome: 'passed', jobRuns: '7' });
  });

  it('of one that brought readers nothing says why, for the run and for the layer', () => {
    const { freshness: _, release: __, ...rest } = run;
    const failed: LayerRecord = {
      layer: 'silver',
      jobRuns: ['8'],
      outcome: 'failed',
      reason: 'Job 8 ended.',
      startedAt: at(13),
    };
    const trace = toTrace({
      ...rest,
      outcome: 'failed',
      reason: 'Silver failed.',
      layers: [...layers.slice(0, 1), failed],
    });
    expect(trace).toMatchObject({ startedAt: at(10), error: 'Silver failed.' });
    expect(trace.parts?.map(({ error, name }) => [name, error])).toEqual([
      ['file waits', undefined],
      ['bronze', undefined],
      ['silver', 'Job 8 ended.'],
    ]);
    expect(trace.parts?.at(-1)?.endedAt).toBe(at(20));
  });
});
