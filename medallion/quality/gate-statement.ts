import { createLinesSelect } from '../catalog/bronze-views.ts';
import type { TableContract, TableRule } from '../contracts/contract.ts';
import { toPhysicalName } from '../contracts/sql.ts';
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
  /** Of views: the tables behind them are what has versions. */
  readonly views?: Views;
}

export type Views = ReadonlyMap<string, TableContract>;
const noViews: Views = new Map();

const braced = /\{([a-z_]+\.[a-z_]+)(@released)?\}/g;
const pinName = (table: string, released?: string) => table.replace('.', '__') + (released ? '__released' : '');

/** The tables that a query reads, also through views. */
export const listTables = (query: string, views = noViews): string[] => [
  ...new Set([...query.matchAll(braced)].flatMap(([, name = '']) => listParts(name, views))),
];

const listParts = (name: string, views: Views) => views.get(name)?.parts?.map(({ table }) => table) ?? [name];

/** False if a rule can change its answer although no table has moved. */
export const isTimeless = ({ query }: Pick<GateRule, 'query'>): boolean =>
  !/@released\}|\bcurrent_(timestamp|date)\b|\bnow\s*\(/i.test(query);

/**
 * The rules as one statement: a row per rule, with the count of its failing rows, and the size of its table where a
 * scan gives it anyway. Each table is named once, at its pinned version, so that a gate never judges a table that moves under it. Planning a
 * scan costs more than reading a small table, so the plain conditions on one table share a scan, and share it with the
 * table's key if that is a rule.
 */
export function createGateStatement(rules: readonly GateRule[], pins: Pins): string {
  const keys = new Map(rules.filter((rule) => findUniqueKey(rule) !== undefined).map((rule) => [rule.table, rule]));
  const isShared = (rule: GateRule) => findCondition(rule) !== undefined || keys.get(rule.table) === rule;
  const shared = Map.groupBy(rules, (rule) => (isShared(rule) ? rule.table : ''));
  const parts = [...shared].flatMap(([table, group]) =>
    table === '' ? group.map(countAlone) : [countTogether(table, group)],
  );
  return pinVersions(parts.join('\nUNION ALL\n'), pins);
}

/** How many rows tables have, for rules in percent that have failing rows: most have none, and need no size. */
export function createSizesStatement(tables: readonly string[], pins: Pins): string {
  const parts = tables.map((table) => `SELECT '${table}' AS table_name, count(*) AS table_rows FROM {${table}}`);
  return pinVersions(parts.join('\nUNION ALL\n'), pins);
}

export const maxExamples = 20;

/** Examples of failing rows of each rule, as JSON. Queried only for rules that are broken. */
export function createExamplesStatement(rules: readonly GateRule[], pins: Pins): string {
  const parts = rules.map(
    ({ name, query, table }) =>
      `SELECT '${table}' AS table_name, '${name}' AS rule, to_json(struct(*)) AS example FROM (SELECT * FROM (${query}) LIMIT ${maxExamples})`,
  );
  return pinVersions(parts.join('\nUNION ALL\n'), pins);
}

function pinVersions(statement: string, pins: Pins): string {
  const named = new Map(
    [...statement.matchAll(braced)].map(([, table = '', released]) => [
      pinName(table, released),
      toPinnedSource(table, pins.views ?? noViews, released ? { ...pins.versions, ...pins.released } : pins.versions),
    ]),
  );
  const sources = [...named].map(([name, source]) => `${name} AS (${source})`);
  const text = statement.replaceAll(braced, (_, table: string, released?: string) => pinName(table, released));
  return sources.length > 0 ? `WITH ${sources.join(',\n')}\n${text}` : text;
}

const unknownSize = 'CAST(NULL AS BIGINT)';

const countAlone = ({ name, query, table }: GateRule): string =>
  `SELECT '${table}' AS table_name, '${name}' AS rule, count(*) AS failing_rows, ${unknownSize} AS table_rows FROM (${query})`;

/** Plain conditions, and at most one rule on a key. */
function countTogether(table: string, rules: readonly GateRule[]): string {
  const plain = rules.filter((rule) => findCondition(rule) !== undefined);
  const others = rules.filter((rule) => !plain.includes(rule));
  const [key] = others.map(findUniqueKey);
  const named = [...plain, ...others].map(({ name }, at) => `'${name}', c${at}`);
  const counted = key === undefined ? countOverAll(table, plain) : countPerKey(table, plain, key);
  const size = key === undefined ? unknownSize : 'n';
  const rows = `SELECT *, stack(${rules.length}, ${named.join(', ')}) AS (rule, failing_rows) FROM (${counted})`;
  return `SELECT '${table}' AS table_name, rule, failing_rows, ${size} AS table_rows FROM (${rows})`;
}

const toCountColumns = (rules: readonly GateRule[]) =>
  rules.map((rule, at) => `count_if(${findCondition(rule)}) AS c${at}`);

/** The files whose statistics rule out every condition are skipped, as they are for one condition alone. */
function countOverAll(table: string, rules: readonly GateRule[]): string {
  const any = rules.map((rule) => `(${findCondition(rule)})`).join(' OR ');
  return `SELECT ${toCountColumns(rules).join(', ')} FROM {${table}} WHERE ${any}`;
}

/** Whether a key is unique is known only when all rows are read; the other rules, and the table's size, cost no more. */
function countPerKey(table: string, rules: readonly GateRule[], key: string): string {
  const counted = [...toCountColumns(rules), `count(*) AS n`].join(', ');
  const sums = [...rules.map((_, at) => `coalesce(sum(c${at}), 0) AS c${at}`), `count_if(n > 1) AS c${rules.length}`];
  return `SELECT ${sums.join(', ')}, coalesce(sum(n), 0) AS n FROM (SELECT ${counted} FROM {${table}} GROUP BY ${key})`;
}

const normalize = (query: string) => query.replaceAll(/\s+/g, ' ').trim();

/** The columns that a rule wants to be unique together, if it wants nothing else. */
function findUniqueKey({ query, table }: GateRule): string | undefined {
  const match = /^SELECT ([\w, ]+) FROM \{([a-z_.]+)\} GROUP BY ([\w, ]+) HAVING count\(\*\) > 1$/.exec(
    normalize(query),
  );
  const [, columns, from, key] = match ?? [];
  return from === table && columns === key ? key : undefined;
}

/** The condition of a rule that looks at single rows of its own table, if it looks at nothing else. */
function findCondition({ query, table }: GateRule): string | undefined {
  const match = /^SELECT ([\w, ]+) FROM \{([a-z_.]+)\} WHERE ([\s\S]+)$/.exec(normalize(query));
  const [, columns, from, condition = ''] = match ?? [];
  const isPlain = from === table && !/\b(SELECT|GROUP|HAVING|ORDER|LIMIT|UNION|JOIN|OVER)\b/i.test(condition);
  // The columns are not needed to count, but a rule that misspells one is to be noticed.
  return isPlain ? `(${condition}) AND struct(${columns}) IS NOT NULL` : undefined;
}

function toPinnedSource(name: string, views: Views, versions: Versions): string {
  const view = views.get(name);
  if (view) return createLinesSelect(view, (table) => toPinnedTable(table, versions));
  return `SELECT * FROM ${toPinnedTable(name, versions)}`;
}

function toPinnedTable(table: string, versions: Versions): string {
  const version = versions[table];
  if (version === undefined) throw new UnknownVersionError(`No version of table '${table}' is known to this gate.`);
  return `${toPhysicalName(table)} VERSION AS OF ${version}`;
}
