import type { z } from 'zod';
import { createBronzeViews } from './bronze.ts';
import { findComputedErrors, toComputed } from './computed.ts';
import {
  type ColumnContract,
  ColumnOptions,
  ContractDocument,
  type ContractLayer,
  type Contracts,
  type LandingContract,
  RecordOptions,
  type RecordType,
  type TableContract,
  TableOptions,
  type TableRule,
  type TableRuleImplementation,
  type WrittenSchema,
} from './contract.ts';
import { findDanglingNames } from './dangling-names.ts';
import { findDisplayErrors } from './display.ts';
import { findErasureErrors } from './erasure.ts';
import { LandingOptions } from './landing-options.ts';
import { createRuleQuery } from './rule-templates.ts';

/** A parsed contract file: where it lies, the layer its folder names, and whatever the YAML held. */
export interface ContractFile {
  readonly path: string;
  readonly layer: ContractLayer;
  readonly content: unknown;
}

/** Every error of every file: nobody wants to correct them one run at a time. */
export class ContractError extends Error {
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    super(`The contracts have ${errors.length} error(s). Correct them and try again.\n${errors.join('\n')}`);
    this.name = 'ContractError';
    this.errors = errors;
  }
}

type Parsed<T> = { readonly value: T } | { readonly errors: readonly string[] };

function getValueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined | null)?.[key], content);
}

function check<S extends z.ZodType>(schema: S, content: unknown, at: string): Parsed<z.output<S>> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data };
  return {
    errors: parsed.error.issues.map((issue) => {
      const value = JSON.stringify(getValueAt(content, issue.path)) ?? 'nothing';
      return `${at}: ${issue.path.map(String).join('.')}: ${issue.message}; found ${value.slice(0, 80)}`;
    }),
  };
}

const toOptions = (custom: ContractDocument['customProperties']) =>
  Object.fromEntries(custom.map(({ property, value }) => [property, value]));

function parseColumn(column: WrittenSchema['properties'][number], at: string): Parsed<ColumnContract> {
  const options = check(ColumnOptions, toOptions(column.customProperties), `${at}: column '${column.name}'`);
  if ('errors' in options) return options;
  const { name, physicalType: type, required, description, classification } = column;
  return { value: { name, type, required, description, classification, ...options.value } };
}

function parseParts(document: ContractDocument, at: string) {
  const days = document.slaProperties.find(({ property }) => property === 'retention')?.value;
  const owner = document.team.find(({ role }) => role === 'owner')?.username;
  return {
    errors: [
      ...(days === undefined ? [`${at}: slaProperties: a retention is missing; found none`] : []),
      ...(owner === undefined ? [`${at}: team: an owner is missing; found none`] : []),
    ],
    described: {
      version: document.version,
      purpose: document.description.purpose,
      usage: document.description.usage,
      owner: owner ?? '',
      readers: document.roles.map(({ role }) => role),
      retention: { days: days ?? 0 },
    },
  };
}

function parseLanding(document: ContractDocument, at: string): Parsed<LandingContract> {
  const { errors, described } = parseParts(document, at);
  const options = check(LandingOptions, toOptions(document.customProperties), `${at}: customProperties`);
  if ('errors' in options) return { errors: [...errors, ...options.errors] };
  const records = document.schema.map((schema) => parseRecord(schema, `${at}: '${schema.name}'`));
  const all = [...errors, ...records.flatMap((record) => ('errors' in record ? record.errors : []))];
  if (all.length > 0) return { errors: all };
  const values = records.flatMap((record) => ('value' in record ? [record.value] : []));
  return { value: { ...described, ...options.value, dataset: document.name, records: values } };
}

function parseRecord(schema: WrittenSchema, at: string): Parsed<RecordType> {
  const { columns, errors } = parseColumns(schema, at);
  const options = check(RecordOptions, toOptions(schema.customProperties), at);
  if ('errors' in options) return { errors: [...errors, ...options.errors] };
  const unknown = [
    ...findUnknownSubjects(columns, options.value.deletes),
    ...findErasureErrors({ columns, erasure: options.value.erasure }),
  ].map((error) => `${at}: ${error}`);
  if (errors.length + unknown.length > 0) return { errors: [...errors, ...unknown] };
  const { description: purpose, name } = schema;
  return { value: { name, purpose, columns, ...options.value, ...parseRules(schema, `bronze.${name}`, []) } };
}

/** Columns that are named to say who is deleted, and when, have to be there. */
function findUnknownSubjects(columns: readonly ColumnContract[], deletes: RecordType['deletes']): string[] {
  const names = columns.map(({ name }) => name);
  const subjects = columns.flatMap(({ subject }) => (subject === undefined ? [] : [subject]));
  const named = [...subjects, ...(deletes ? [deletes.subject, deletes.at] : [])];
  return [...new Set(named)]
    .filter((name) => !names.includes(name))
    .map((name) => `subject, deletes: not a column; found '${name}'`);
}

function parseColumns({ properties }: WrittenSchema, at: string) {
  const columns = properties.map((column) => parseColumn(column, at));
  return {
    columns: columns.flatMap((column) => ('value' in column ? [column.value] : [])),
    errors: columns.flatMap((column) => ('errors' in column ? column.errors : [])),
  };
}

function parseRules({ quality }: WrittenSchema, table: string, keys: readonly string[]) {
  return {
    rowRules: quality.flatMap((rule) =>
      rule.engine === 'medallion-row'
        ? [{ name: rule.name, reason: rule.description, predicate: rule.implementation }]
        : [],
    ),
    tableRules: quality.flatMap((rule) =>
      rule.engine === 'medallion-table'
        ? [toTableRule(rule.name, rule.description, rule.implementation, table, keys)]
        : [],
    ),
  };
}

function parseTable(
  document: ContractDocument,
  layer: Exclude<ContractLayer, 'landing'>,
  at: string,
): Parsed<TableContract> {
  const { errors, described } = parseParts(document, at);
  const [schema, ...others] = document.schema;
  if (!schema || others.length > 0)
    return { errors: [...errors, `${at}: schema: one table; found ${document.schema.length}`] };
  const { properties } = schema;
  const columns = parseColumns(schema, at);
  const options = check(TableOptions, toOptions(document.customProperties), `${at}: customProperties`);
  if ('errors' in options) return { errors: [...errors, ...options.errors] };
  const names = new Set(properties.map(({ name }) => name));
  const unknown = options.value.clusteredBy.filter((name) => !names.has(name));
  const all = [
    ...errors,
    ...columns.errors,
    ...unknown.map((name) => `${at}: clusteredBy: not a column; found '${name}'`),
    ...findErasureErrors({ columns: columns.columns, erasure: options.value.erasure }).map(
      (error) => `${at}: ${error}`,
    ),
  ];
  if (all.length > 0) return { errors: all };
  const keys = properties
    .filter(({ primaryKey }) => primaryKey)
    .sort((a, b) => (a.primaryKeyPosition ?? 0) - (b.primaryKeyPosition ?? 0))
    .map(({ name }) => name);
  const minutes = document.slaProperties.find(({ property }) => property === 'freshness')?.value;
  const { computed, ...rest } = options.value;
  return {
    value: {
      ...described,
      table: `${layer}.${document.name}`,
      layer,
      columns: columns.columns,
      keys,
      ...rest,
      ...(computed ? { computed: toComputed(computed, keys) } : {}),
      ...(minutes === undefined ? {} : { freshness: { minutes } }),
      ...parseRules(schema, `${layer}.${document.name}`, keys),
    },
  };
}

function toTableRule(
  name: string,
  reason: string,
  { columns, from, query, template, ...options }: TableRuleImplementation,
  table: string,
  keys: readonly string[],
): TableRule {
  const text = template === undefined ? (query ?? '') : createRuleQuery({ template, columns, from }, table, keys);
  return { name, reason, query: text, ...options };
}

/** Turns parsed files into contracts, or throws one {@link ContractError} with everything that is wrong. */
export function parseContracts(files: readonly ContractFile[]): Contracts {
  const errors: string[] = [];
  const landing: LandingContract[] = [];
  const tables: TableContract[] = [];
  const keep = <T>(result: Parsed<T>, into: T[]) => {
    if ('errors' in result) errors.push(...result.errors);
    else into.push(result.value);
  };
  for (const { path, layer, content } of files) {
    const document = check(ContractDocument, content, path);
    if ('errors' in document) errors.push(...document.errors);
    else if (layer === 'landing') keep(parseLanding(document.value, path), landing);
    else keep(parseTable(document.value, layer, path), tables);
  }
  const contracts = { landing, tables: [...createBronzeViews(landing), ...tables] };
  if (errors.length === 0)
    errors.push(...findDanglingNames(contracts), ...findComputedErrors(contracts), ...findDisplayErrors(contracts));
  if (errors.length > 0) throw new ContractError(errors);
  return contracts;
}
