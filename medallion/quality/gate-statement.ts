import { createLinesSelect } from '../catalog/bronze-views.ts';
import type { TableContract, TableRule } from '../contracts/contract.ts';
import { quoteLiteral, toPhysicalName } from '../contracts/sql.ts';
import type { Versions } from '../layer.ts';
import { createChangedRows, createStagedSelect } from '../releases/change-sets.ts';
import type { Measure } from './measures.ts';

export interface GateRule extends TableRule {
  readonly table: string;
  /** Version of the table's contract: a table that is made anew counts its versions from zero again. */
  readonly contract?: string;
}

export const ruleKey = ({ name, table }: { readonly table: string; readonly name: string }) => `${table}/${name}`;

export class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError';
}

/**
 * At which versions the tables are judged. Of gold these are rounds: it is read as readers see it, as of the rounds in
 * `published`, with later changes laid over it.
 */
export interface Pins {
  readonly versions: Versions;
  readonly published?: Versions;
  readonly contracts?: TableContracts;
  /** Rules, by key, that hold for all that readers see. Only rows that have changed since can break them. */
  readonly holding?: ReadonlySet<string>;
}

/** By name. Of a view of bronze the tables behind it are what has versions. */
export type TableContracts = ReadonlyMap<string, TableContract>;

const noContracts: TableContracts = new Map();

const braced = /\{([a-z_]+\.[a-z_]+)(@changes)?\}/g;
const pinName = (table: string, changes?: string) => table.replace('.', '__') + (changes ? '__changes' : '');

/** The tables that a query reads, also through views. */
export const listTables = (query: string, contracts = noContracts): string[] => [
  ...new Set([...query.matchAll(braced)].flatMap(([, name = '']) => listParts(name, contracts))),
];

const listParts = (name: string, contracts: TableContracts) =>
  contracts.get(name)?.parts?.map(({ table }) => table) ?? [name];

/** False if a rule can change its answer although no table has moved. */
export const isTimeless = ({ query }: Pick<GateRule, 'query'>): boolean =>
  !/@released\}|\bcurrent_(timestamp|date)\b|\bnow\s*\(/i.test(query);

/**
 * The rules as one statement: a row per rule, with the count of its failing rows, and the size of its table where a
 * scan gives it anyway. Each table is named once, at its pinned version, so that a gate never judges a table that moves under it. Planning a
 * scan costs more than reading a small table, so the plain conditions on one table share a scan, and share it with the
 * table's key if that is a rule.
 */
export function createGateStatement(rules: readonly GateRule[], pins: Pins, measures: readonly Measure[] = []): string {
  const keys = new Map(rules.filter((rule) => findUniqueKey(rule) !== undefined).map((rule) => [rule.table, rule]));
  const isShared = (rule: GateRule) => findCondition(rule) !== undefined || keys.get(rule.table) === rule;
  const shared = rules.filter(isShared);
  const isNarrow = (rule: GateRule) => pins.holding?.has(ruleKey(rule)) === true;
  const parts = [
    ...measures.map(takeMeasure),
    ...rules.filter((rule) => !isShared(rule)).map(countAlone),
    ...countByTable(shared.filter((rule) => !isNarrow(rule))),
    ...countByTable(shared.filter(isNarrow)).map((part) => part.replaceAll(/\{(gold\.[a-z_]+)\}/g, '{$1@changes}')),
  ];
  return pinVersions(parts.join('\nUNION ALL\n'), pins);
}

/** In the columns of a rule, under no table. */
const takeMeasure = ({ key, query }: Measure): string =>
  `SELECT '' AS table_name, ${quoteLiteral(key)} AS rule, CAST((${query}) AS DOUBLE) AS failing_rows, ${unknownSize} AS table_rows`;

const countByTable = (rules: readonly GateRule[]): string[] =>
  [...Map.groupBy(rules, ({ table }) => table)].map(([table, group]) => countTogether(table, group));

/** How many rows tables have, for rules in percent that have failing rows: most have none, and need no size. */
export function createSizesStatement(tables: readonly string[], pins: Pins): string {
  const parts = tables.map((table) => `SELECT '${table}' AS table_name, count(*) AS table_rows FROM {${table}}`);
  return pinVersions(parts.join('\nUNION ALL\n'), pins);
}

const maxExamples = 20;

/** Shows a few failing rows of a rule. A verdict keeps this query and not its answer, because rows may name people. */
export const createExamplesStatement = ({ query }: GateRule, pins: Pins): string =>
  pinVersions(`SELECT * FROM (${query}) LIMIT ${maxExamples}`, pins);

function pinVersions(statement: string, pins: Pins): string {
  const named = new Map(
    [...statement.matchAll(braced)].map(([, table = '', changes]) => [
      pinName(table, changes),
      toPinnedSource(table, pins, changes),
    ]),
  );
  const sources = [...named].map(([name, source]) => `${name} AS (${source})`);
  const text = statement.replaceAll(braced, (_, table: string, changes?: string) => pinName(table, changes));
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

function toPinnedSource(name: string, pins: Pins, changes?: string): string {
  const contract = pins.contracts?.get(name);
  if (contract?.layer === 'gold') return toGoldSource(contract, pins, changes);
  if (contract?.parts) return createLinesSelect(contract, (table) => toPinnedTable(table, pins.versions));
  return `SELECT * FROM ${toPinnedTable(name, pins.versions)}`;
}

function toGoldSource(contract: TableContract, { published, versions }: Pins, changes?: string): string {
  const { table } = contract;
  const shown = published?.[table] ?? 0;
  const rounds = { after: `${shown}`, until: `${getVersion(table, versions)}` };
  if (changes) return createChangedRows(contract, rounds);
  if (rounds.after === rounds.until) return `SELECT * FROM ${toPhysicalName(table)}`;
  return createStagedSelect(contract, rounds);
}

function toPinnedTable(table: string, versions: Versions): string {
  return `${toPhysicalName(table)} VERSION AS OF ${getVersion(table, versions)}`;
}

function getVersion(table: string, versions: Versions): number {
  const version = versions[table];
  if (version === undefined) throw new UnknownVersionError(`No version of table '${table}' is known to this gate.`);
  return version;
}
