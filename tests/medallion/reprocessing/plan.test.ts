import { describe, expect, it } from 'vitest';
import {
  lineOfPlanned,
  movedDefinitions,
  movedFile,
  PlanId,
  planIdAt,
  plannedFile,
  planPath,
  rebuiltBy,
  stepsFor,
  stepsFrom,
} from '../../../medallion/reprocessing/plan.ts';
import { aFile, factsOf } from '../../support/a-file.ts';
import { aPlan } from '../../support/a-plan.ts';
import { batch } from '../../support/samples.ts';

const file = aFile('gym_logins/a', { batch });
const planned = plannedFile(file);

describe('the id of a plan', () => {
  it('sorts by age and is a safe name', () => {
    const id = planIdAt(new Date('2026-01-01T00:00:00Z'), '01234567-89ab-4cde-8f01-23456789abcd');
    expect(PlanId.parse(id)).toBe('p-20260101T000000000Z-01234567');
    expect(planPath(id)).toBe('plans/p-20260101T000000000Z-01234567.json');
  });
});

describe('steps', () => {
  it('go up from the lowest layer, and rebuild only what is asked for', () => {
    expect(stepsFrom('bronze', []).map(({ how }) => how)).toEqual(['files', 'continue', 'continue']);
    expect(stepsFrom('silver', ['silver'])).toEqual([
      { layer: 'silver', how: 'rebuild' },
      { layer: 'gold', how: 'continue' },
    ]);
    expect(stepsFrom('gold', ['gold'])).toEqual([{ layer: 'gold', how: 'rebuild' }]);
  });

  it('repair the layers of stale tables', () => {
    expect(stepsFor(['gold.gym_summary'])).toEqual([{ layer: 'gold', how: 'rebuild' }]);
    expect(stepsFor(['bronze.bpm', 'gold.gym_summary']).map(({ how }) => how)).toEqual([
      'files',
      'continue',
      'rebuild',
    ]);
    expect(stepsFor([])).toEqual([]);
  });
});

describe('a planned file', () => {
  it('takes the place of itself when it is loaded again', () => {
    expect(lineOfPlanned(batch, planned)).toMatchObject({ file: file.file, replaces: file.file, batch });
  });

  it('has not moved while storage and registry say the same', () => {
    expect(movedFile(planned, file, factsOf(file))).toBeUndefined();
  });

  it.for([
    ['is gone', file, undefined, 'no longer in the landing zone'],
    ['was overwritten', file, { ...factsOf(file), etag: '0x2' }, 'another content'],
    ['is on its way', { ...file, fate: 'pending' as const }, factsOf(file), 'on its way'],
    ['was loaded again', { ...file, batch: 'another' }, factsOf(file), "in batch 'another'"],
    ['is unknown', undefined, factsOf(file), 'no longer registered'],
  ] as const)('has moved when it %s', ([, known, facts, because]) => {
    expect(movedFile(planned, known, facts)).toContain(because);
  });
});

describe('the definitions of a plan', () => {
  const plan = aPlan({
    definitions: { 'silver.users': '1', 'gold.a': '1' },
    steps: [{ layer: 'gold', how: 'rebuild' }],
  });

  it('have moved when one of its layers is computed otherwise now', () => {
    expect(movedDefinitions(plan, { 'silver.users': '1', 'gold.a': '2' })).toEqual([
      "The definition of 'gold.a' has changed.",
    ]);
  });

  it('do not care for layers it leaves alone', () => {
    expect(movedDefinitions(plan, { 'silver.users': '2', 'gold.a': '1' })).toEqual([]);
  });
});

describe('rebuiltBy', () => {
  const contracts = [
    { table: 'bronze.bpm', layer: 'bronze' },
    { table: 'gold.a', layer: 'gold' },
  ];

  it('names all tables of a layer that begins anew', () => {
    expect(rebuiltBy(aPlan({ steps: [{ layer: 'gold', how: 'rebuild' }] }), contracts)).toEqual(['gold.a']);
  });

  it('names a bronze table only when all its files are read again', () => {
    const tables = { stale: ['bronze.bpm'], touched: ['bronze.bpm'] };
    const steps = stepsFrom('bronze', []);
    expect(rebuiltBy(aPlan({ steps, tables }), contracts)).toEqual([]);
    expect(rebuiltBy(aPlan({ steps, tables, selection: { definitionChanged: true } }), contracts)).toEqual([
      'bronze.bpm',
    ]);
  });
});
