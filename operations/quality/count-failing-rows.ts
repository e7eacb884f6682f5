import type { Ports } from '../../medallion/ports/index.ts';
import type { QueryResult } from '../../medallion/ports/sql-warehouse.ts';
import { needsSize, type RuleCount, type RuleResults } from '../../medallion/quality/gate.ts';
import {
  createGateStatement,
  createSizesStatement,
  type GateRule,
  type Pins,
  ruleKey,
  UnknownVersionError,
} from '../../medallion/quality/gate-statement.ts';
import type { Measure } from '../../medallion/quality/measures.ts';

type WarehousePort = Pick<Ports, 'sqlWarehouse'>;

/** Counts the rows that break each rule, in one statement if the warehouse takes it. */
export async function countFailingRows(
  ports: WarehousePort,
  rules: readonly GateRule[],
  pins: Pins,
  measures: readonly Measure[] = [],
): Promise<RuleResults> {
  if (rules.length === 0) return { counts: new Map() };
  const result = await query(ports, () => createGateStatement(rules, pins, measures));
  const results = result.kind === 'rows' ? { counts: toCounts(result.rows) } : await countOneByOne(ports, rules, pins);
  return addSizes(ports, rules, results, pins);
}

/** One bad rule spoils the whole statement; alone, it is the only one that fails. */
async function countOneByOne(ports: WarehousePort, rules: readonly GateRule[], pins: Pins): Promise<RuleResults> {
  const counts = new Map<string, RuleCount>();
  const failures = new Map<string, string>();
  for (const rule of rules) {
    const result = await query(ports, () => createGateStatement([rule], pins));
    if (result.kind === 'rejected') failures.set(ruleKey(rule), result.reason);
    else for (const [key, count] of toCounts(result.rows)) counts.set(key, count);
  }
  return { counts, failures };
}

/** Adds the sizes that percentages need. A rule whose table has no size was not evaluated. */
async function addSizes(
  ports: WarehousePort,
  rules: readonly GateRule[],
  results: RuleResults,
  pins: Pins,
): Promise<RuleResults> {
  const sizeless = rules.filter((rule) => needsSize(rule, results.counts.get(ruleKey(rule))));
  if (sizeless.length === 0) return results;
  const result = await query(ports, () => createSizesStatement([...new Set(sizeless.map(({ table }) => table))], pins));
  const rows = result.kind === 'rows' ? result.rows : [];
  const sizes = new Map(rows.map((row) => [row['table_name'], Number(row['table_rows'])]));
  const counts = new Map(results.counts);
  const failures = new Map(results.failures);
  for (const rule of sizeless) {
    const key = ruleKey(rule);
    const count = counts.get(key);
    const size = sizes.get(rule.table);
    if (count && size !== undefined) counts.set(key, { ...count, rows: size });
    else counts.delete(key);
    if (result.kind === 'rejected') failures.set(key, result.reason);
  }
  return { counts, failures };
}

async function query({ sqlWarehouse }: WarehousePort, createStatement: () => string): Promise<QueryResult> {
  try {
    return await sqlWarehouse.query(createStatement());
  } catch (error) {
    if (error instanceof UnknownVersionError) return { kind: 'rejected', reason: error.message };
    throw error;
  }
}

function toCounts(rows: readonly Record<string, unknown>[]): Map<string, RuleCount> {
  return new Map(
    rows.map((row) => {
      const rule = String(row['rule']);
      const count = { rule, failingRows: Number(row['failing_rows']) };
      const size = row['table_rows'];
      const sized = size === null || size === undefined ? count : { ...count, rows: Number(size) };
      return [ruleKey({ table: String(row['table_name']), name: rule }), sized];
    }),
  );
}
