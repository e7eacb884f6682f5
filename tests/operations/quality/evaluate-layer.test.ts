import { describe, expect, it, vi } from 'vitest';
import type { TableContract } from '../../../medallion/contracts/contract.ts';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { describeVerdict, listRetainedTables } from '../../../medallion/quality/verdict.ts';
import type { LayerRecord } from '../../../medallion/runs/run.ts';
import { evaluateLayer } from '../../../operations/quality/evaluate-layer.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { requireSmall } from '../../support/message-size.ts';
import { batch } from '../../support/samples.ts';

const tables = [
  createTableContract('silver.users', { name: 'a' }, { name: 'b', action: 'warn' }),
  createTableContract('gold.gym_summary', { name: 'c' }),
];
const silver = { batch, layer: 'silver', versions: { 'silver.users': 1 } } as const;
const now = new Date('2026-01-01T00:00:00Z');

const tooOld = 'DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION';

const toRow = (rule: string, failingRows: number) => ({
  table_name: 'silver.users',
  rule,
  failing_rows: BigInt(failingRows),
  table_rows: 10n,
});
const toRows = (...rows: Record<string, unknown>[]): QueryResult => ({ kind: 'rows', rows });

const createAnswer = (a: number, b: number) => () => toRows(toRow('a', a), toRow('b', b));

describe('evaluateLayer', () => {
  it('counts all rules of its layer, and of no other, in one statement', async () => {
    const ports = createFakePorts({ tables, answer: createAnswer(0, 0) });
    expect(await evaluateLayer(ports, silver, now)).toMatchObject({ outcome: 'passed', rules: 2, evaluated: 2 });
    expect(ports.statements).toHaveLength(1);
    expect(ports.statements[0]).not.toContain('gym_summary');
  });

  it('decides by what was counted', async () => {
    const ports = createFakePorts({ tables, answer: createAnswer(0, 3) });
    expect(await evaluateLayer(ports, silver, now)).toMatchObject({
      outcome: 'warned',
      violations: [{ rule: 'b', failingRows: 3 }],
    });
  });

  it('answers with short texts, however much a service says of each rule, and stores the whole ones', async () => {
    const rules = Array.from({ length: 50 }, (_, index) => ({ name: `rule_with_a_long_name_${index}` }));
    const reason = 'ü'.repeat(2000);
    const ports = createFakePorts({
      tables: [createTableContract('silver.users', ...rules)],
      answer: () => ({ kind: 'rejected', reason }),
    });
    const verdict = await evaluateLayer(ports, silver, now);
    requireSmall(verdict, 'The verdict');
    const record = {
      layer: 'silver',
      jobRuns: ['1'],
      outcome: 'blocked',
      verdict,
      startedAt: now.toISOString(),
    } as const;
    const layers = [{ ...record, reason: describeVerdict(verdict) }];
    requireSmall({ ...createRun(1, 'blocked'), layers, reason: describeVerdict(verdict) }, 'The run');
    expect(verdict).toMatchObject({ outcome: 'blocked', violations: { length: 50 } });
    expect(ports.texts.get(verdict.storedAt ?? '')).toContain(reason);
  });

  it('passes a layer without rules, and asks nothing', async () => {
    const ports = createFakePorts({ tables });
    expect(await evaluateLayer(ports, { ...silver, layer: 'bronze' }, now)).toMatchObject({
      outcome: 'passed',
      rules: 0,
    });
    expect(ports.statements).toEqual([]);
  });

  it('stores the whole verdict in the lake, with the query for examples and without any row', async () => {
    const ports = createFakePorts({ tables, answer: createAnswer(0, 3) });
    const verdict = await evaluateLayer(ports, silver, now);
    const storedAt = verdict.storedAt ?? '';
    expect(storedAt).toMatch(new RegExp(`^verdicts/${batch}/silver-[0-9a-f]{12}\\.json$`));
    expect(JSON.parse(ports.texts.get(storedAt) ?? '')).toMatchObject({
      versions: silver.versions,
      verdict: { outcome: 'warned' },
      examples: { 'silver.users/b': expect.stringMatching(/VERSION AS OF 1\)\nSELECT .* LIMIT 20$/) },
    });
    expect(ports.statements).toHaveLength(1);
  });

  it('holds back what is made of a table that could not be computed, and nothing else', async () => {
    const users = 'silver.users';
    const visits = 'silver.visits';
    const contracts = [
      createTableContract(users, { name: 'a' }),
      createTableContract(visits),
      { ...createTableContract('gold.of_users'), computed: { per: [], from: [{ source: users }] } },
      { ...createTableContract('gold.of_visits'), computed: { per: [], from: [{ source: visits }] } },
    ] as TableContract[];
    const versions = { [users]: 1, [visits]: 4 };
    const failed = { [visits]: 'ValueError. The log of the job run has the whole error.' };
    const texts = {
      'progress/silver/1.json': JSON.stringify({ layer: 'silver', entries: [{ at: now, versions, failed }] }),
    };
    const ports = createFakePorts({ tables: contracts, answer: createAnswer(0, 0), texts });
    const verdict = await evaluateLayer(ports, { ...silver, versions }, now);
    expect(verdict).toMatchObject({ outcome: 'warned', rules: 1, violations: [{ rule: 'computed', table: visits }] });
    expect(listRetainedTables(verdict)).toEqual(['gold.of_visits']);
    expect(describeVerdict(verdict)).toBe(
      "Table 'silver.visits' could not be computed: ValueError. The log of the job run has the whole error. (It blocks gold.of_visits.)",
    );
  });

  it('has no examples of a rule that was not evaluated', async () => {
    const ports = createFakePorts({ tables, answer: () => ({ kind: 'rejected', reason: 'No such column.' }) });
    const { storedAt = '' } = await evaluateLayer(ports, silver, now);
    expect(JSON.parse(ports.texts.get(storedAt) ?? '')).toHaveProperty('examples', {});
  });
});

it('evaluateLayer asks nothing once its twenty minutes are up', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(AbortSignal.abort());
  const ports = createFakePorts({ tables });
  const verdict = await evaluateLayer(ports, silver, now);
  expect(verdict).toMatchObject({ violations: [{ rule: 'a' }, { rule: 'b' }] });
  expect(timeout.mock.calls).toEqual([[20 * 60_000]]);
  expect(ports.statements).toEqual([]);
  timeout.mockRestore();
});

describe('a verdict on the same versions as before', () => {
  it('is not counted again', async () => {
    const ports = createFakePorts({ tables, answer: createAnswer(0, 3) });
    const verdict = await evaluateLayer(ports, silver, now);
    const layer: LayerRecord = {
      layer: 'silver',
      jobRuns: [],
      outcome: 'passed',
      startedAt: toTime(1),
      verdict,
      versions: silver.versions,
    };
    await ports.runs.save(createRun(1, 'failed', { layers: [layer] }));
    ports.statements.length = 0;

    const next = { ...silver, batch: toBatch(2) };
    const again = await evaluateLayer(ports, next, now);
    expect(again).toMatchObject({ outcome: 'warned', evaluated: 0, violations: [{ rule: 'b', failingRows: 3 }] });
    expect(ports.statements).toEqual([]);

    const moved = await evaluateLayer(ports, { ...next, versions: { 'silver.users': 2 } }, now);
    expect(moved).toMatchObject({ evaluated: 2 });
  });
});

/** Silver as the last release was made of it. */
const releasedLayer: LayerRecord = {
  layer: 'silver',
  jobRuns: [],
  outcome: 'passed',
  startedAt: toTime(1),
  versions: { 'silver.users': 4 },
  verdict: {
    outcome: 'passed',
    rules: 1,
    evaluated: 1,
    fingerprint: 'f',
    measures: { 'count(*) FROM silver.users': 7 },
  },
};

describe('a rule that looks at the last release', () => {
  const query = 'SELECT 1 WHERE (SELECT count(*) FROM {silver.users@released}) > 1';
  const lookingBack = [createTableContract('silver.users', { name: 'a', query })];

  async function judge(lastRun: 'published' | 'none') {
    const measure = { table_name: '', rule: 'count(*) FROM silver.users', failing_rows: 9, table_rows: null };
    const ports = createFakePorts({ tables: lookingBack, answer: () => toRows(toRow('a', 0), measure) });
    if (lastRun === 'published') await ports.runs.save(createRun(1, 'published', { layers: [releasedLayer] }));
    // What ended without a release since is not what readers see.
    await ports.runs.save(createRun(2, 'blocked', { layers: [{ ...releasedLayer, versions: { 'silver.users': 5 } }] }));
    const verdict = await evaluateLayer(ports, { ...silver, versions: { 'silver.users': 6 } }, now);
    return { statement: ports.statements[0], verdict };
  }

  it('compares with the number that was kept then, and keeps the one of now', async () => {
    const { statement, verdict } = await judge('published');
    expect(statement).toContain('WHERE (7) > 1');
    expect(verdict.measures).toEqual({ 'count(*) FROM silver.users': 9 });
  });

  it('compares the table with itself when there was no release yet', async () => {
    expect((await judge('none')).statement).toContain('WHERE (SELECT count(*) FROM silver__users) > 1');
  });
});

describe('a version that is older than the retention of its table', () => {
  const query = 'SELECT id FROM {silver.users}';
  const rules = [createTableContract('silver.users', { name: 'a', query })];

  /** A warehouse that reads these versions and no others. */
  async function judge(readable: readonly number[]) {
    const ports = createFakePorts({
      tables: rules,
      answer: (statement) => {
        if (statement.startsWith('DESCRIBE HISTORY silver.users')) return toRows({ version: 9n });
        const versions = [...statement.matchAll(/VERSION AS OF (\d+)/g)].map(([, version]) => Number(version));
        return versions.every((version) => readable.includes(version))
          ? toRows(toRow('a', 0))
          : { kind: 'rejected', reason: `[${tooOld}] Cannot time travel.` };
      },
    });
    await ports.runs.save(createRun(1, 'published', { layers: [releasedLayer] }));
    return evaluateLayer(ports, { ...silver, versions: { 'silver.users': 6 } }, now);
  }

  it('is judged as the table is now, and the verdict names the version that was read', async () => {
    expect(await judge([9])).toMatchObject({ outcome: 'passed', readVersions: { 'silver.users': 9 } });
  });

  it('is named by no verdict when every version can be read', async () => {
    expect(await judge([6])).not.toHaveProperty('readVersions');
  });

  it('is judged by nobody when its newest version cannot be asked for', async () => {
    const ports = createFakePorts({ tables, answer: () => ({ kind: 'rejected', reason: `[${tooOld}] No.` }) });
    await expect(evaluateLayer(ports, silver, now)).rejects.toThrow("The newest version of 'silver.users' cannot be");
  });
});
