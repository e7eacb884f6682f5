import type { z } from 'zod';
import {
  type ColumnContract,
  ColumnOptions,
  ContractDocument,
  type ContractLayer,
  type Contracts,
  type LandingContract,
  LandingOptions,
  type TableContract,
  TableOptions,
  type TableRule,
} from './contract.ts';

/** A parsed contract file: where it lies, the layer its folder names, and whatever the YAML held. */
export interface ContractFile {
  readonly path: string;
  readonly layer: ContractLayer;
  readonly content: unknown;
}

/** Every problem of every file, because fixing them one run at a time is a long afternoon. */
export class ContractError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The contracts have ${problems.length} problem(s). Correct them and try again.\n${problems.join('\n')}`);
    this.name = 'ContractError';
    this.problems = problems;
  }
}

type Ported<T> = { readonly value: T } | { readonly problems: readonly string[] };

function getValueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined | null)?.[key], content);
}

function check<S extends z.ZodType>(schema: S, content: unknown, at: string): Ported<z.output<S>> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data };
  return {
    problems: parsed.error.issues.map((issue) => {
      const found = JSON.stringify(getValueAt(content, issue.path)) ?? 'nothing';
      return `${at}: ${issue.path.map(String).join('.')}: ${issue.message}; found ${found.slice(0, 80)}`;
    }),
  };
}

const toOptions = (custom: ContractDocument['customProperties']) =>
  Object.fromEntries(custom.map(({ property, value }) => [property, value]));

/** Copies without the keys that are undefined, which exact optional properties do not allow. */
type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const defined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;

function parseColumn(written: ContractDocument['schema'][0]['properties'][number], at: string): Ported<ColumnContract> {
  const options = check(ColumnOptions, toOptions(written.customProperties), `${at}: column '${written.name}'`);
  if ('problems' in options) return options;
  const { name, physicalType: type, required, description, classification } = written;
  return { value: defined({ name, type, required, description, classification, ...options.value }) as ColumnContract };
}

function parseParts(document: ContractDocument, at: string) {
  const columns = document.schema[0].properties.map((written) => parseColumn(written, at));
  const days = document.slaProperties.find(({ property }) => property === 'retention')?.value;
  const owner = document.team.find(({ role }) => role === 'owner')?.username;
  return {
    problems: [
      ...columns.flatMap((column) => ('problems' in column ? column.problems : [])),
      ...(days === undefined ? [`${at}: slaProperties: a retention is missing; found none`] : []),
      ...(owner === undefined ? [`${at}: team: an owner is missing; found none`] : []),
    ],
    described: {
      version: document.version,
      purpose: document.description.purpose,
      ...(document.description.usage === undefined ? {} : { usage: document.description.usage }),
      columns: columns.flatMap((column) => ('value' in column ? [column.value] : [])),
      owner: owner ?? '',
      readers: document.roles.map(({ role }) => role),
      retention: { days: days ?? 0 },
    },
  };
}

function parseLanding(document: ContractDocument, at: string): Ported<LandingContract> {
  const { problems, described } = parseParts(document, at);
  const options = check(LandingOptions, toOptions(document.customProperties), `${at}: customProperties`);
  if ('problems' in options) return { problems: [...problems, ...options.problems] };
  if (problems.length > 0) return { problems };
  return { value: { ...described, ...defined(options.value), dataset: document.name } as LandingContract };
}

function parseTable(document: ContractDocument, layer: TableContract['layer'], at: string): Ported<TableContract> {
  const { problems, described } = parseParts(document, at);
  const { properties, quality } = document.schema[0];
  const options = check(TableOptions, toOptions(document.customProperties), `${at}: customProperties`);
  if ('problems' in options) return { problems: [...problems, ...options.problems] };
  const names = new Set(properties.map(({ name }) => name));
  const stray = (options.value.clusteredBy ?? []).filter((name) => !names.has(name));
  const all = [...problems, ...stray.map((name) => `${at}: clusteredBy: not a column; found '${name}'`)];
  if (all.length > 0) return { problems: all };
  const minutes = document.slaProperties.find(({ property }) => property === 'freshness')?.value;
  return {
    value: {
      ...described,
      table: `${layer}.${document.name}`,
      layer,
      keys: properties
        .filter(({ primaryKey }) => primaryKey)
        .sort((a, b) => (a.primaryKeyPosition ?? 0) - (b.primaryKeyPosition ?? 0))
        .map(({ name }) => name),
      clusteredBy: options.value.clusteredBy ?? [],
      changeFeed: options.value.changeFeed,
      deletionVectors: options.value.deletionVectors,
      ...(minutes === undefined ? {} : { freshness: { minutes } }),
      rowRules: quality.flatMap((rule) =>
        rule.engine === 'medallion-row'
          ? [{ name: rule.name, reason: rule.description, predicate: rule.implementation }]
          : [],
      ),
      tableRules: quality.flatMap((rule) =>
        rule.engine === 'medallion-table'
          ? [defined({ name: rule.name, reason: rule.description, ...rule.implementation }) as TableRule]
          : [],
      ),
    },
  };
}

/** What no single file can know: routes and rules must name tables that have a contract. */
function findDanglingNames({ landing, tables }: Contracts): string[] {
  const known = new Set(tables.map(({ table }) => table));
  const routed = landing.flatMap(({ dataset, routes, otherwise }) =>
    [...routes.map(({ table }) => table), ...(otherwise === undefined ? [] : [otherwise])].map((table) => ({
      from: `landing.${dataset}: routes`,
      table,
    })),
  );
  const ruled = tables.flatMap(({ table: owner, tableRules }) =>
    tableRules.flatMap(({ name, query, blocks = [] }) =>
      [...[...query.matchAll(/\{([^}@]*)(?:@released)?\}/g)].map(([, table = '']) => table), ...blocks].map(
        (table) => ({ from: `${owner}: rule '${name}'`, table }),
      ),
    ),
  );
  const unpublished = tables.flatMap(({ table: owner, tableRules }) =>
    tableRules.flatMap(({ name, blocks = [] }) =>
      blocks
        .filter((table) => !table.startsWith('gold.'))
        .map((table) => `${owner}: rule '${name}': only gold tables are published and can be held; found '${table}'`),
    ),
  );
  const dangling = [...routed, ...ruled]
    .filter(({ table }) => !known.has(table))
    .map(({ from, table }) => `${from}: no contract of that name; found '${table}'`);
  return [...dangling, ...unpublished];
}

/** Turns parsed files into contracts, or throws one {@link ContractError} with everything that is wrong. */
export function parseContracts(files: readonly ContractFile[]): Contracts {
  const problems: string[] = [];
  const landing: LandingContract[] = [];
  const tables: TableContract[] = [];
  const keep = <T>(ported: Ported<T>, into: T[]) => {
    if ('problems' in ported) problems.push(...ported.problems);
    else into.push(ported.value);
  };
  for (const { path, layer, content } of files) {
    const document = check(ContractDocument, content, path);
    if ('problems' in document) problems.push(...document.problems);
    else if (layer === 'landing') keep(parseLanding(document.value, path), landing);
    else keep(parseTable(document.value, layer, path), tables);
  }
  if (problems.length === 0) problems.push(...findDanglingNames({ landing, tables }));
  if (problems.length > 0) throw new ContractError(problems);
  return { landing, tables };
}
