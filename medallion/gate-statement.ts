import type { TableRule } from './contract.ts';
import { physicalName } from './ddl.ts';
import type { Versions } from './layer.ts';

export interface GateRule extends TableRule {
  readonly table: string;
}

export class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError';
}

const braced = /\{([a-z_]+\.[a-z_]+)\}/g;
const pinName = (table: string) => table.replace('.', '__');

/** The tables that a query reads. */
export const tablesIn = (query: string): string[] => [
  ...new Set([...query.matchAll(braced)].map(([, table = '']) => table)),
];

/**
 * The rules as one statement: a row per rule, with its offenders and the size of its table. Each table is named once, at
 * its pinned version, so that a gate never judges a table that moves under it. Planning a scan costs more than reading a
 * small table, so the plain conditions on one table share a scan.
 */
export function gateStatement(rules: readonly GateRule[], versions: Versions): string {
  const plain = Map.groupBy(rules, (rule) => (conditionOf(rule) === undefined ? '' : rule.table));
  const parts = [...plain].flatMap(([table, some]) => (table === '' ? some.map(alone) : [together(table, some)]));
  const statement = parts.join('\nUNION ALL\n');
  const pins = tablesIn(statement).map((table) => `${pinName(table)} AS (SELECT * FROM ${pinned(table, versions)})`);
  return `WITH ${pins.join(',\n')}\n${statement.replaceAll(braced, (_, table: string) => pinName(table))}`;
}

const sizeOf = (table: string, rules: readonly GateRule[]) =>
  rules.some(({ tolerates }) => tolerates.kind === 'percent') ? `(SELECT count(*) FROM {${table}})` : '0';

function alone(rule: GateRule): string {
  const { name, offenders, table } = rule;
  return `SELECT '${table}' AS table_name, '${name}' AS rule, count(*) AS offenders, ${sizeOf(table, [rule])} AS table_rows FROM (${offenders})`;
}

function together(table: string, rules: readonly GateRule[]): string {
  const conditions = rules.map((rule) => conditionOf(rule) ?? 'false');
  const counts = conditions.map((condition, at) => `count_if(${condition}) AS c${at}`);
  const named = rules.map(({ name }, at) => `'${name}', c${at}`);
  // The files whose statistics rule out every condition are skipped, as they are for one condition alone.
  const any = conditions.map((condition) => `(${condition})`).join(' OR ');
  const counted = `SELECT ${counts.join(', ')} FROM {${table}} WHERE ${any}`;
  const rows = `SELECT stack(${rules.length}, ${named.join(', ')}) AS (rule, offenders) FROM (${counted})`;
  return `SELECT '${table}' AS table_name, rule, offenders, ${sizeOf(table, rules)} AS table_rows FROM (${rows})`;
}

/** What a rule asks of single rows of its own table, if it asks nothing else. */
function conditionOf({ offenders, table }: GateRule): string | undefined {
  const asked = /^SELECT [\w, ]+ FROM \{([a-z_.]+)\} WHERE ([\s\S]+)$/.exec(offenders.replaceAll(/\s+/g, ' ').trim());
  const [, from, condition = ''] = asked ?? [];
  const isPlain = from === table && !/\b(SELECT|GROUP|HAVING|ORDER|LIMIT|UNION|JOIN|OVER)\b/i.test(condition);
  return isPlain ? condition : undefined;
}

function pinned(table: string, versions: Versions): string {
  const version = versions[table];
  if (version === undefined) throw new UnknownVersionError(`No version of table '${table}' is known to this gate.`);
  return `${physicalName(table)} VERSION AS OF ${version}`;
}
