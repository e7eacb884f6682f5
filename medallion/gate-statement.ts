import type { TableRule } from './contract.ts';
import { physicalName } from './ddl.ts';
import type { Versions } from './layer.ts';

export interface GateRule extends TableRule {
  readonly table: string;
  /** Version of the table's contract: a table that is made anew counts its versions from zero again. */
  readonly contract?: string;
}

export class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError';
}

/** At which versions the tables are read: those that are judged, and those behind the last release. */
export interface Pins {
  readonly versions: Versions;
  readonly released: Versions;
}

const braced = /\{([a-z_]+\.[a-z_]+)(@released)?\}/g;
const pinName = (table: string, released?: string) => table.replace('.', '__') + (released ? '__released' : '');

/** The tables that a query reads. */
export const tablesIn = (query: string): string[] => [
  ...new Set([...query.matchAll(braced)].map(([, table = '']) => table)),
];

/** False if a rule can change its answer although no table has moved. */
export const isTimeless = ({ offenders }: Pick<GateRule, 'offenders'>): boolean =>
  !/@released\}|\bcurrent_(timestamp|date)\b|\bnow\s*\(/i.test(offenders);

/**
 * The rules as one statement: a row per rule, with its offenders and the size of its table. Each table is named once, at
 * its pinned version, so that a gate never judges a table that moves under it. Planning a scan costs more than reading a
 * small table, so the plain conditions on one table share a scan.
 */
export function gateStatement(rules: readonly GateRule[], pins: Pins): string {
  const plain = Map.groupBy(rules, (rule) => (conditionOf(rule) === undefined ? '' : rule.table));
  const parts = [...plain].flatMap(([table, some]) => (table === '' ? some.map(alone) : [together(table, some)]));
  return atPins(parts.join('\nUNION ALL\n'), pins);
}

export const mostExamples = 20;

/** Some offenders of each rule, as JSON. Asked only of rules that are broken. */
export function examplesStatement(rules: readonly GateRule[], pins: Pins): string {
  const parts = rules.map(
    ({ name, offenders, table }) =>
      `SELECT '${table}' AS table_name, '${name}' AS rule, to_json(struct(*)) AS example FROM (SELECT * FROM (${offenders}) LIMIT ${mostExamples})`,
  );
  return atPins(parts.join('\nUNION ALL\n'), pins);
}

function atPins(statement: string, pins: Pins): string {
  const named = new Map(
    [...statement.matchAll(braced)].map(([, table = '', released]) => [
      pinName(table, released),
      pinned(table, released ? { ...pins.versions, ...pins.released } : pins.versions),
    ]),
  );
  const opened = [...named].map(([name, source]) => `${name} AS (SELECT * FROM ${source})`);
  const text = statement.replaceAll(braced, (_, table: string, released?: string) => pinName(table, released));
  return opened.length > 0 ? `WITH ${opened.join(',\n')}\n${text}` : text;
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
  const asked = /^SELECT ([\w, ]+) FROM \{([a-z_.]+)\} WHERE ([\s\S]+)$/.exec(offenders.replaceAll(/\s+/g, ' ').trim());
  const [, columns, from, condition = ''] = asked ?? [];
  const isPlain = from === table && !/\b(SELECT|GROUP|HAVING|ORDER|LIMIT|UNION|JOIN|OVER)\b/i.test(condition);
  // The columns are not needed to count, but a rule that misspells one is to be noticed.
  return isPlain ? `(${condition}) AND struct(${columns}) IS NOT NULL` : undefined;
}

function pinned(table: string, versions: Versions): string {
  const version = versions[table];
  if (version === undefined) throw new UnknownVersionError(`No version of table '${table}' is known to this gate.`);
  return `${physicalName(table)} VERSION AS OF ${version}`;
}
