import { describe, expect, it } from 'vitest';
import { reportPath } from '../../../medallion/files/manifest.ts';
import { createStepsFrom, toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { estimatePlan } from '../../../operations/reprocessing/estimate.ts';
import { aFile } from '../../support/a-file.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const account = { file: '0'.repeat(32), outcome: 'loaded', lines: 100, blank: 0, accepted: 100, quarantined: 0 };
const report = JSON.stringify({ batch, layer: 'bronze', tables: [], files: [account] });
const layer = (name: 'bronze' | 'silver' | 'gold', seconds: number) => ({
  ...{ layer: name, jobRuns: [], outcome: 'passed' as const, startedAt: '2026-01-01T00:00:00Z' },
  endedAt: new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1000).toISOString(),
});
const run: RunRecord = {
  ...{ batch, outcome: 'published', files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z' },
  layers: [layer('bronze', 3), layer('silver', 2), layer('gold', 1)],
};
const runs = async () => ({ rows: [run] });
const files = [toPlannedFile(aFile('gym_logins/a', { lines: 40 }))];

describe('expectationOf', () => {
  it('adds up what the layers took before', async () => {
    const ports = createFakePorts({ registry: { runs }, texts: { [reportPath(batch, 'bronze')]: report } });
    expect(await estimatePlan(ports, createStepsFrom('bronze', []), files)).toEqual({ rows: 40, seconds: 6 });
  });

  it('promises no time without history', async () => {
    expect(await estimatePlan(createFakePorts({}), createStepsFrom('bronze', []), files)).toEqual({ rows: 40 });
  });

  it('counts what lies below a layer that begins anew', async () => {
    const answer = () => ({ kind: 'rows' as const, rows: [{ n: 500 }] });
    const ports = createFakePorts({
      answer,
      tables: [createTableContract('bronze.a'), createTableContract('silver.b')],
    });
    expect(await estimatePlan(ports, createStepsFrom('silver', ['silver']), [])).toEqual({ rows: 500 });
    expect(ports.asked[0]).toContain('FROM bronze.a');
  });
});
