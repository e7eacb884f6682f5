import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPlans } from '../../../cloud/table-storage/plans.ts';
import { createRecordReader, toRecordColumns } from '../../../cloud/table-storage/records.ts';
import { createRuns } from '../../../cloud/table-storage/runs.ts';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { batch, publishedRun } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

/** No column of the service takes more than 32,768 characters. */
const maxLength = 30_000;

describe('a record', () => {
  it('comes back as it was, in columns of which none is too long', () => {
    const read = createRecordReader(z.unknown());
    const texts = fc.string({ unit: 'binary', minLength: 0, maxLength: 100_000, size: 'max' });
    fc.assert(
      fc.property(fc.record({ text: texts, number: fc.double({ noNaN: true, noDefaultInfinity: true }) }), (record) => {
        const columns = toRecordColumns(record);
        for (const text of Object.values(columns)) expect(text.length).toBeLessThanOrEqual(maxLength);
        expect(read(columns)).toEqual(JSON.parse(JSON.stringify(record)));
      }),
      { numRuns: 50 },
    );
  });
});

const toVerdict = (reasons: readonly string[]): RunRecord['layers'][number]['verdict'] => ({
  outcome: 'blocked',
  rules: reasons.length,
  evaluated: reasons.length,
  fingerprint: 'f',
  violations: reasons.map((reason, index) => ({ rule: `r${index}`, table: 'gold.a', action: 'block', reason })),
});

const createRun = (reasons: readonly string[], attempts: number): RunRecord => ({
  ...publishedRun,
  outcome: 'blocked',
  reason: reasons.join(' '),
  layers: (['bronze', 'silver', 'gold'] as const).map((layer) => ({
    layer,
    jobRuns: Array.from({ length: attempts }, (_, index) => String(index)),
    outcome: 'blocked',
    reason: reasons.join(' '),
    startedAt: publishedRun.startedAt,
    ...(reasons.length > 0 ? { verdict: toVerdict(reasons) } : {}),
  })),
});

describe('a run', () => {
  it('is recorded whatever texts come with it', async () => {
    const reasons = fc.array(fc.string({ unit: 'binary', maxLength: 3000, size: 'max' }), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(reasons, fc.nat(500), async (texts, attempts) => {
        const runs = createRuns(async () => createStrictTable().client);
        await runs.save(createRun(texts, attempts));
      }),
      { numRuns: 30 },
    );
  });
});

describeOnTables('long records', (openTable) => {
  it('of runs: 18 rules that could not be evaluated, with 2,000 characters each', async () => {
    const runs = createRuns(openTable());
    const run = createRun(
      Array.from({ length: 18 }, () => 'ü'.repeat(2000)),
      1,
    );
    await runs.save(run);
    const recorded = await runs.get(batch);
    expect(recorded?.reason).toMatch(/^ü{999}…$/);
    expect(recorded?.layers[2]?.verdict).toMatchObject({ violations: { length: 18 } });
  });

  it('of plans: 50 inputs that have changed, with paths as long as paths can be', async () => {
    const plans = createPlans(openTable());
    const changedInputs = Array.from({ length: 50 }, () => `File '${'p'.repeat(1024)}' has another content now.`);
    const at = '2026-01-01T00:00:00.000Z';
    const plan = `p-${batch}`;
    await plans.queue({ plan, planHash: 'h', state: 'queued', actor: 'ann', reason: 'So.', at });
    await plans.updateExecution(plan, (execution) => ({ ...execution, state: 'rejected', changedInputs }));
    expect((await plans.getExecution(plan))?.changedInputs).toEqual(changedInputs);
  });
});
