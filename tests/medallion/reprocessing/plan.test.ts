import { describe, expect, it } from 'vitest';
import {
  createPlanId,
  createStepsFor,
  createStepsFrom,
  describeDefinitionChanges,
  describeFileChange,
  type Execution,
  listRebuiltTables,
  PlanId,
  planPath,
  selectPart,
  toEnded,
  toManifestLine,
  toPlannedFile,
  toProgress,
} from '../../../medallion/reprocessing/plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aPlan } from '../../support/a-plan.ts';
import { batch } from '../../support/samples.ts';

const file = aFile('gym_logins/a', { batch });
const planned = toPlannedFile(file);

describe('the id of a plan', () => {
  it('sorts by age and is a safe name', () => {
    const id = createPlanId(new Date('2026-01-01T00:00:00Z'), '01234567-89ab-4cde-8f01-23456789abcd');
    expect(PlanId.parse(id)).toBe('p-20260101T000000000Z-01234567');
    expect(planPath(id)).toBe('plans/p-20260101T000000000Z-01234567.json');
  });
});

describe('steps', () => {
  it('go up from the lowest layer, and rebuild only what is asked for', () => {
    expect(createStepsFrom('bronze', []).map(({ kind }) => kind)).toEqual(['reload', 'follow', 'follow']);
    expect(createStepsFrom('silver', ['silver'])).toEqual([
      { layer: 'silver', kind: 'rebuild' },
      { layer: 'gold', kind: 'follow' },
    ]);
    expect(createStepsFrom('gold', ['gold'])).toEqual([{ layer: 'gold', kind: 'rebuild' }]);
  });

  it('repair the layers of stale tables', () => {
    expect(createStepsFor(['gold.gym_summary'])).toEqual([{ layer: 'gold', kind: 'follow' }]);
    expect(createStepsFor(['bronze.bpm', 'gold.gym_summary']).map(({ kind }) => kind)).toEqual([
      'reload',
      'follow',
      'follow',
    ]);
    expect(createStepsFor([])).toEqual([]);
  });
});

describe('a planned file', () => {
  it('takes the place of itself when it is loaded again', () => {
    expect(toManifestLine(batch, planned)).toMatchObject({ file: file.file, replaces: file.file, batch });
  });

  it('has not changed while storage and the state table say the same', () => {
    expect(describeFileChange(planned, file, getProperties(file))).toBeUndefined();
  });

  it.for([
    ['is gone', file, undefined, 'no longer in the landing zone'],
    ['was overwritten', file, { ...getProperties(file), etag: '0x2' }, 'another content'],
    ['is on its way', { ...file, status: 'pending' as const }, getProperties(file), 'on its way'],
    ['was loaded again', { ...file, batch: 'another' }, getProperties(file), "in batch 'another'"],
    ['is unknown', undefined, getProperties(file), 'no longer registered'],
  ] as const)('has changed when it %s', ([, registered, properties, reason]) => {
    expect(describeFileChange(planned, registered, properties)).toContain(reason);
  });
});

describe('the definitions of a plan', () => {
  const plan = aPlan({
    definitions: { 'silver.users': '1', 'gold.a': '1' },
    steps: [{ layer: 'gold', kind: 'rebuild' }],
  });

  it('have changed when one of its layers is computed otherwise now', () => {
    expect(describeDefinitionChanges(plan, { 'silver.users': '1', 'gold.a': '2' })).toEqual([
      "The definition of 'gold.a' has changed.",
    ]);
  });

  it('do not care for layers it leaves alone', () => {
    expect(describeDefinitionChanges(plan, { 'silver.users': '2', 'gold.a': '1' })).toEqual([]);
  });
});

describe('listRebuiltTables', () => {
  const contracts = [
    { table: 'bronze.bpm', layer: 'bronze' },
    { table: 'gold.a', layer: 'gold' },
  ];

  it('names all tables of a layer that begins anew', () => {
    expect(listRebuiltTables(aPlan({ steps: [{ layer: 'gold', kind: 'rebuild' }] }), contracts)).toEqual(['gold.a']);
  });

  it('names a bronze table only when all its files are read again', () => {
    const tables = { stale: ['bronze.bpm'], touched: ['bronze.bpm'] };
    const steps = createStepsFrom('bronze', []);
    expect(listRebuiltTables(aPlan({ steps, tables }), contracts)).toEqual([]);
    expect(listRebuiltTables(aPlan({ steps, tables, selection: { definitionChanged: true } }), contracts)).toEqual([
      'bronze.bpm',
    ]);
  });
});

describe('a plan with more files than one run takes', () => {
  const plan = aPlan({ files: ['a', 'b', 'c'].map((name) => toPlannedFile(aFile(`gym_logins/${name}`))) });
  const queued: Execution = {
    plan: plan.plan,
    planHash: 'h',
    state: 'queued',
    actor: 'ann',
    reason: 'So.',
    at: '2026-01-01T00:00:00Z',
  };

  const limits = (maxFilesPerBatch: number, maxBytesPerBatch = 1000) => ({ maxFilesPerBatch, maxBytesPerBatch });

  it('takes no more bytes at a time than a batch has, and a larger file alone', () => {
    const sized = { ...plan, files: [5, 4, 30, 2, 3].map((length) => ({ ...planned, length })) };
    const parts: number[][] = [];
    let execution = queued;
    while (execution.state === 'queued') {
      const part = selectPart(sized, execution, limits(2, 10));
      parts.push(part.files.map(({ length }) => length));
      execution = toEnded({ ...execution, ...toProgress(sized, part, execution), state: 'running' }, 'published');
    }
    expect(parts).toEqual([[5, 4], [30], [2, 3]]);
  });

  it('stays whole once it has begun whole, also when a run takes fewer files by now', () => {
    expect(selectPart(plan, { ...queued, state: 'running' }, limits(1)).files).toHaveLength(3);
  });

  it('is executed part by part, until all are read', () => {
    const parts: string[] = [];
    let execution = queued;
    while (execution.state === 'queued') {
      const part = selectPart(plan, execution, limits(2));
      parts.push(part.files.map(({ path }) => path).join(' '));
      execution = toEnded({ ...execution, ...toProgress(plan, part, execution), state: 'running', batch }, 'published');
    }
    expect(parts).toEqual(['gym_logins/a gym_logins/b', 'gym_logins/c']);
    expect(execution).toMatchObject({ state: 'completed', outcome: 'published', files: { read: 3, total: 3 } });
  });

  it('keeps the part that it has begun, also when a run takes another number by now', () => {
    const running: Execution = { ...queued, state: 'running', files: { read: 1, reading: 1, total: 3 } };
    expect(selectPart(plan, running, limits(10)).files).toHaveLength(1);
  });

  it.for(['blocked', 'failed', 'cancelled'])('is over when a part is %s', (outcome) => {
    const running: Execution = { ...queued, state: 'running', batch, files: { read: 0, reading: 2, total: 3 } };
    expect(toEnded(running, outcome)).toMatchObject({ state: 'completed', outcome, batch, files: { read: 2 } });
  });

  it('says nothing of parts when one run takes it whole', () => {
    expect(toProgress(plan, selectPart(plan, queued, limits(3)), queued)).toEqual({});
    expect(toEnded({ ...queued, state: 'running', batch }, 'published')).toMatchObject({ state: 'completed' });
  });
});
