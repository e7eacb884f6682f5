import type { TableRule } from './contract.ts';
import { physicalName } from './ddl.ts';
import type { Versions } from './layer.ts';
import type { Breach, Verdict } from './verdict.ts';

export interface GateRule extends TableRule {
  readonly table: string;
}

/** What the warehouse counted for one rule; `rows` is the size of the rule's table. */
export interface Counted {
  readonly rule: string;
  readonly offenders: number;
  readonly rows: number;
}

export class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError';
}

const braced = /\{([a-z_]+\.[a-z_]+)\}/g;
const pinName = (table: string) => table.replace('.', '__');

/**
 * All rules of a layer as one statement: a row per rule, with its offenders and the size of its table. Each table is named
 * once, at its pinned version, so that a gate never judges a table that moves under it, and opens no version twice.
 */
export function gateStatement(rules: readonly GateRule[], versions: Versions): string {
  const asked = rules.map((rule) => {
    const rows = rule.tolerates.kind === 'percent' ? `(SELECT count(*) FROM {${rule.table}})` : '0';
    return `SELECT '${rule.table}' AS table_name, '${rule.name}' AS rule, (SELECT count(*) FROM (${rule.offenders})) AS offenders, ${rows} AS table_rows`;
  });
  const statement = asked.join('\nUNION ALL\n');
  const tables = new Set([...statement.matchAll(braced)].map(([, table = '']) => table));
  const pins = [...tables].map((table) => `${pinName(table)} AS (SELECT * FROM ${pinned(table, versions)})`);
  return `WITH ${pins.join(',\n')}\n${statement.replaceAll(braced, (_, table: string) => pinName(table))}`;
}

function pinned(table: string, versions: Versions): string {
  const version = versions[table];
  if (version === undefined) throw new UnknownVersionError(`No version of table '${table}' is known to this gate.`);
  return `${physicalName(table)} VERSION AS OF ${version}`;
}

function isBroken(rule: TableRule, { offenders, rows }: Counted): boolean {
  if (rule.tolerates.kind === 'count') return offenders > rule.tolerates.rows;
  return offenders * 100 > rule.tolerates.percent * rows;
}

/** Weighs what was counted. A rule without a count was not evaluated, and blocks. */
export function weigh(
  rules: readonly GateRule[],
  counted: ReadonlyMap<string, Counted>,
  failures: ReadonlyMap<string, string> = new Map(),
): Verdict {
  const breaches: Breach[] = [];
  for (const rule of rules) {
    const key = ruleKey(rule);
    const count = counted.get(key);
    if (!count) {
      const because = failures.get(key) ?? 'the warehouse gave no count for it.';
      breaches.push({ rule: rule.name, table: rule.table, action: 'block', because });
    } else if (isBroken(rule, count)) {
      const { name, table, action, because } = rule;
      breaches.push({ rule: name, table, action, offenders: count.offenders, because });
    }
  }
  if (breaches.length === 0) return { outcome: 'passed', rules: rules.length };
  const blocks = breaches.some(({ action }) => action === 'block');
  return { outcome: blocks ? 'blocked' : 'warned', rules: rules.length, breaches };
}

export const ruleKey = ({ table, name }: { readonly table: string; readonly name: string }) => `${table}/${name}`;
