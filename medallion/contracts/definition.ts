import { createHash } from 'node:crypto';
import { toLandedName } from './bronze.ts';
import type { Contracts, LandingContract, TableContract } from './contract.ts';

/** By table: a hash of what its contract says of its rows, and of the code that computes them. */
export type Definitions = Readonly<Record<string, string>>;

/** The code that computes the tables: a number for what they share, and by table a hash of what only it is computed by. */
export interface SourceHashes {
  readonly engine: number;
  readonly tables: Readonly<Record<string, string>>;
}

/**
 * A table without sources of its own is computed by the engine alone. Who may read a table, how it is described, and that
 * a rule is suspended for a while change no row and no rule, so they make no table stale.
 */
export function getDefinitions({ landing, tables }: Contracts, code: SourceHashes): Definitions {
  return hashTables({ landing, tables }, code, (contract) => ({
    ...toRowContract(contract),
    tableRules: contract.tableRules.map(({ suspended: _, ...rule }) => rule),
  }));
}

/** The same without the rules that judge a table: they change no row, so no job has to compute it anew. */
export const getRowDefinitions = (contracts: Contracts, code: SourceHashes): Definitions =>
  hashTables(contracts, code, toRowContract);

function hashTables(
  { landing, tables }: Contracts,
  code: SourceHashes,
  toContent: (contract: TableContract) => unknown,
): Definitions {
  const built = tables.filter(({ layer }) => layer !== 'ops');
  const listSources = ({ parts = [] }: TableContract) =>
    landing.filter(({ dataset }) => parts.some(({ table }) => table === toLandedName(dataset)));
  return Object.fromEntries(
    built.map((contract) => {
      const sources = listSources(contract).map(toReadOptions);
      return [contract.table, hash([toContent(contract), sources, code.engine, code.tables[contract.table] ?? null])];
    }),
  );
}

const toRowContract = ({ columns, computed, keys, rowRules, table }: TableContract) => ({
  table,
  computed,
  keys,
  rowRules,
  columns: columns.map(({ classification: _, description: __, subject: ___, ...column }) => column),
});

/** Of a landing contract: what says how its files are read. */
const readOptions = [
  'dataset',
  'decimal',
  'delimiter',
  'drift',
  'encoding',
  'envelope',
  'format',
  'header',
  'limits',
  'quotedLineEnds',
  'routes',
  'times',
] as const;

const toReadOptions = (contract: LandingContract) =>
  Object.fromEntries(readOptions.map((name) => [name, contract[name]]));

/** The tables that were computed by another definition than the one that holds now, in the order of `now`. */
export function listStaleTables(recorded: Definitions, now: Definitions): string[] {
  return Object.keys(now).filter((table) => recorded[table] !== undefined && recorded[table] !== now[table]);
}

/**
 * By which definition each table is computed after a run. Above bronze a job computes a table anew when its definition has
 * changed. A view of bronze is of the new definition when its files were read again, or is new.
 */
export function mergeDefinitions(recorded: Definitions, now: Definitions, rebuilt: readonly string[]): Definitions {
  return Object.fromEntries(
    Object.entries(now).map(([table, definition]) => [
      table,
      rebuilt.includes(table) || !table.startsWith('bronze.') ? definition : (recorded[table] ?? definition),
    ]),
  );
}

function hash(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(value)))
    .digest('hex')
    .slice(0, 16);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sortKeys(child)]));
}
