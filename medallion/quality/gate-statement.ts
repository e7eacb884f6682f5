import { physicalName } from '../catalog/ddl.ts';
import type { TableRule } from '../contracts/contract.ts';
import type { Versions } from '../layer.ts';

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
 * The rules as one statement: a row per rule, with its offenders, and the size of its table where a scan tells it by the
 * way. Each table is named once, at its pinned version, so that a gate never judges a table that moves under it. Planning a
 * scan costs more than reading a small table, so the plain conditions on one table share a scan, and share it with the
 * table's key if that is a rule.
 */
export function gateStatement(rules: readonly GateRule[], pins: Pins): string {
  const keys = new Map(rules.filter((rule) => keyOf(rule) !== undefined).map((rule) => [rule.table, rule]));
  const isShared = (rule: GateRule) => conditionOf(rule) !== undefined || keys.get(rule.table) === rule;
  const shared = Map.groupBy(rules, (rule) => (isShared(rule) ? rule.table : ''));
  const parts = [...shared].flatMap(([table, some]) => (table === '' ? some.map(alone) : [together(table, some)]));
  return atPins(parts.join('\nUNION ALL\n'), pins);
}

/** How many rows tables have, for rules in percent of which there are offenders: most have none, and need no size. */
export function sizesStatement(tables: readonly string[], pins: Pins): string {
  const parts = tables.map((table) => `SELECT '${table}' AS table_name, count(*) AS table_rows FROM {${table}}`);
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

const unknownSize = 'CAST(NULL AS BIGINT)';

const alone = ({ name, offenders, table }: GateRule): string =>
  `SELECT '${table}' AS table_name, '${name}' AS rule, count(*) AS offenders, ${unknownSize} AS table_rows FROM (${offenders})`;

/** Plain conditions, and at most one rule on a key. */
function together(table: string, rules: readonly GateRule[]): string {
  const plain = rules.filter((rule) => conditionOf(rule) !== undefined);
  const others = rules.filter((rule) => !plain.includes(rule));
  const [key] = others.map(keyOf);
  const named = [...plain, ...others].map(({ name }, at) => `'${name}', c${at}`);
  const [counted, size] = key === undefined ? [overAll(table, plain), unknownSize] : [perKey(table, plain, key), 'n'];
  const rows = `SELECT *, stack(${rules.length}, ${named.join(', ')}) AS (rule, offenders) FROM (${counted})`;
  return `SELECT '${table}' AS table_name, rule, offenders, ${size} AS table_rows FROM (${rows})`;
}

const countsOf = (rules: readonly GateRule[]) => rules.map((rule, at) => `count_if(${conditionOf(rule)}) AS c${at}`);

/** The files whose statistics rule out every condition are skipped, as they are for one condition alone. */
function overAll(table: string, rules: readonly GateRule[]): string {
  const any = rules.map((rule) => `(${conditionOf(rule)})`).join(' OR ');
  return `SELECT ${countsOf(rules).join(', ')} FROM {${table}} WHERE ${any}`;
}

/** Whether a key is unique is known only when all rows are read; the other rules, and the table's size, by the way. */
function perKey(table: string, rules: readonly GateRule[], key: string): string {
  const counted = [...countsOf(rules), `count(*) AS n`].join(', ');
  const sums = [...rules.map((_, at) => `coalesce(sum(c${at}), 0) AS c${at}`), `count_if(n > 1) AS c${rules.length}`];
  return `SELECT ${sums.join(', ')}, coalesce(sum(n), 0) AS n FROM (SELECT ${counted} FROM {${table}} GROUP BY ${key})`;
}

const normalized = (offenders: string) => offenders.replaceAll(/\s+/g, ' ').trim();

/** The columns that a rule wants to be unique together, if it asks nothing else. */
function keyOf({ offenders, table }: GateRule): string | undefined {
  const asked = /^SELECT ([\w, ]+) FROM \{([a-z_.]+)\} GROUP BY ([\w, ]+) HAVING count\(\*\) > 1$/.exec(
    normalized(offenders),
  );
  const [, columns, from, key] = asked ?? [];
  return from === table && columns === key ? key : undefined;
}

/** What a rule asks of single rows of its own table, if it asks nothing else. */
function conditionOf({ offenders, table }: GateRule): string | undefined {
  const asked = /^SELECT ([\w, ]+) FROM \{([a-z_.]+)\} WHERE ([\s\S]+)$/.exec(normalized(offenders));
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
