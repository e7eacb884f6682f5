import type { z } from 'zod';
import { type Computed, type ComputedOptions, type ComputedSource, windowPattern } from './computed-options.ts';
import type { Contracts, TableContract } from './contract.ts';

type Written = z.infer<typeof ComputedOptions>;

/** The written form with names instead of texts. `keys` are the units unless the contract names others. */
export function toComputed({ from, grows, per }: Written, keys: readonly string[]): Computed {
  return {
    per: per ?? keys,
    from: Object.entries(from).map(([source, written]) => toSource(source, written)),
    ...(grows ? { grows: { by: grows.by, greatest: grows.keeps.replace('greatest ', '') } } : {}),
  };
}

function toSource(source: string, written: Written['from'][string]): ComputedSource {
  if (typeof written['via'] !== 'string' || !written['via'].includes(' on '))
    return { source, columns: written as Record<string, string> };
  const [via = '', column = ''] = written['via'].split(' on ');
  const window = windowPattern.exec(String(written['within'] ?? ''));
  const [, moment = '', after = '', until = '', bounds = ''] = window ?? [];
  return {
    source,
    via: { source: via, column },
    ...(window ? { within: { column: moment, after, until, source: bounds } } : {}),
  };
}

const layersBelow: Readonly<Record<string, string>> = { silver: 'bronze', gold: 'silver' };

/** What is wrong with how tables are computed: unknown names, a source of the wrong layer, a table without any. */
export function findComputedErrors({ tables }: Contracts): string[] {
  const byName = new Map(tables.map((table) => [table.table, table]));
  return tables.flatMap((table) => {
    if (layersBelow[table.layer] === undefined) return [];
    if (!table.computed) return [`${table.table}: 'computed' is missing: nobody can say what the table is made of`];
    return [...findUnitErrors(table, table.computed), ...findSourceErrors(table, table.computed, byName)].map(
      (error) => `${table.table}: computed: ${error}`,
    );
  });
}

const listColumns = (table: TableContract | undefined) => (table?.columns ?? []).map(({ name }) => name);

const findUnknown = (names: readonly string[], table: TableContract | undefined, of: string) =>
  names.filter((name) => !listColumns(table).includes(name)).map((name) => `'${of}' has no column '${name}'`);

function findUnitErrors(table: TableContract, { grows, per }: Computed): string[] {
  if (!grows) return findUnknown(per, table, table.table);
  const growing = [...grows.by, grows.greatest];
  const notKeyed = grows.by.join() !== table.keys.join() ? ["'grows' is by the primary key"] : [];
  // Of rows with the same greatest value the first to arrive would stay.
  const others = listColumns(table)
    .filter((name) => !growing.includes(name))
    .map((name) => `'grows' leaves open which '${name}' stays among equal values of '${grows.greatest}'`);
  return [...findUnknown([...per, ...growing], table, table.table), ...notKeyed, ...others];
}

function findSourceErrors(
  { layer }: TableContract,
  { from, per }: Computed,
  byName: ReadonlyMap<string, TableContract>,
): string[] {
  const mapped = new Map(from.map((source) => [source.source, source]));
  return from.flatMap(({ columns = {}, source, via, within }) => [
    ...(byName.has(source) ? [] : [`no contract of the source '${source}'`]),
    ...(source.startsWith(`${layersBelow[layer]}.`) ? [] : [`'${source}' is no table of '${layersBelow[layer]}'`]),
    ...(via || Object.keys(columns).length > 0 ? [] : [`'${source}' reaches no unit: name a column of it`]),
    ...findUnknown(Object.values(columns), byName.get(source), source),
    ...Object.keys(columns)
      .filter((name) => !per.includes(name))
      .map((name) => `'${name}' of '${source}' is no column of the unit`),
    ...(via ? findUnknown([via.column], byName.get(source), source) : []),
    ...(via ? findUnknown([via.column], byName.get(via.source), via.source) : []),
    ...(within ? findUnknown([within.column], byName.get(source), source) : []),
    ...(within ? findUnknown([within.after, within.until], byName.get(within.source), within.source) : []),
    ...[via?.source, within?.source]
      .filter((name) => name !== undefined && mapped.get(name)?.columns === undefined)
      .map((name) => `'${source}' goes by '${name}', which is no source with columns of the unit`),
  ]);
}
