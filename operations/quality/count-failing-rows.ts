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

/** So long one statement of a gate may take. */
const maxStatementSeconds = 300;

/** So long a gate asks. With the statement that is at work then, it ends before the host would end its own process. */
const maxMinutes = 20;

/** Ends the time in which a gate that begins now may ask. */
export const limitAsking = (): AbortSignal => AbortSignal.timeout(maxMinutes * 60_000);

/** So many rules are not asked apart when they take too long together. */
const maxTogether = 4;

/** Sends a statement of a gate. */
type Ask = (createStatement: () => string) => Promise<QueryResult>;

/** Counts the rows that break each rule, in one statement if the warehouse takes it. After `limit` nothing more is asked. */
export async function countFailingRows(
  ports: WarehousePort,
  rules: readonly GateRule[],
  pins: Pins,
  measures: readonly Measure[] = [],
  limit = limitAsking(),
): Promise<RuleResults> {
  if (rules.length === 0) return { counts: new Map() };
  const ask = createAsk(ports, limit);
  return addSizes(ask, rules, await countInParts(ask, rules, pins, measures), pins);
}

/**
 * One bad rule spoils the whole statement, and one slow rule makes it late. A few rules at a time are asked then. Of those
 * the bad one is found alone, but rules that are slow are not asked one by one: each would take all its time again.
 */
async function countInParts(
  ask: Ask,
  rules: readonly GateRule[],
  pins: Pins,
  measures: readonly Measure[] = [],
): Promise<RuleResults> {
  const result = await ask(() => createGateStatement(rules, pins, measures));
  if (result.kind === 'rows') return { counts: toCounts(result.rows) };
  if (rules.length === 1 || (result.isTimeout && rules.length <= maxTogether)) return failAll(rules, result.reason);
  const counts = new Map<string, RuleCount>();
  const failures = new Map<string, string>();
  const size = rules.length > maxTogether ? maxTogether : 1;
  for (let start = 0; start < rules.length; start += size) {
    const part = await countInParts(ask, rules.slice(start, start + size), pins);
    for (const [key, count] of part.counts) counts.set(key, count);
    for (const [key, reason] of part.failures ?? []) failures.set(key, reason);
  }
  return { counts, failures };
}

function failAll(rules: readonly GateRule[], reason: string): RuleResults {
  const names = rules.map(({ name }) => `'${name}'`).join(', ');
  const whole = rules.length > 1 ? `${reason} It was asked together: ${names}.` : reason;
  return { counts: new Map(), failures: new Map(rules.map((rule) => [ruleKey(rule), whole])) };
}

/** Adds the sizes that percentages need. A rule whose table has no size was not evaluated. */
async function addSizes(ask: Ask, rules: readonly GateRule[], results: RuleResults, pins: Pins): Promise<RuleResults> {
  const sizeless = rules.filter((rule) => needsSize(rule, results.counts.get(ruleKey(rule))));
  if (sizeless.length === 0) return results;
  const result = await ask(() => createSizesStatement([...new Set(sizeless.map(({ table }) => table))], pins));
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

function createAsk({ sqlWarehouse }: WarehousePort, limit: AbortSignal): Ask {
  return async (createStatement) => {
    if (limit.aborted) return { kind: 'rejected', reason: noTimeLeft };
    try {
      return await sqlWarehouse.query(createStatement(), {}, maxStatementSeconds);
    } catch (error) {
      if (error instanceof UnknownVersionError) return { kind: 'rejected', reason: error.message };
      throw error;
    }
  };
}

const noTimeLeft = `It was not asked any more: the rules of a layer have ${maxMinutes} minutes.`;

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
