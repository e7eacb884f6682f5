import type { ColumnContract, Contracts, TableContract } from './contract.ts';
import { isWideningOrSame } from './sql.ts';

/** What readers of a contract would stumble over, and the version that may hold it. */
export interface Break {
  readonly contract: string;
  readonly what: string;
}

interface Versioned {
  readonly name: string;
  readonly version: string;
  readonly columns: readonly ColumnContract[];
  readonly keys: readonly string[];
}

/** Changes that break readers although the contract's major version is the same as before. */
export function findBreaks(before: Contracts, now: Contracts): Break[] {
  const present = new Map(listVersioned(now).map((contract) => [contract.name, contract]));
  return listVersioned(before).flatMap((old) => {
    const next = present.get(old.name);
    if (!next) return [];
    const changes = listChanges(old, next);
    return getMajor(next.version) > getMajor(old.version) ? [] : changes.map((what) => ({ contract: old.name, what }));
  });
}

/** A contract whose text changed has to say so in its version, or nobody can tell which one a table was made by. */
export function findUnversionedChanges(before: Contracts, now: Contracts): Break[] {
  const past = new Map(listVersioned(before).map((contract) => [contract.name, contract]));
  return listVersioned(now).flatMap((next) => {
    const old = past.get(next.name);
    const isSilent = old?.version === next.version && JSON.stringify(old.columns) !== JSON.stringify(next.columns);
    return isSilent
      ? [{ contract: next.name, what: `its columns changed, but its version is still ${next.version}` }]
      : [];
  });
}

function listVersioned({ landing, tables }: Contracts): Versioned[] {
  const getKeys = (contract: object) => (contract as Partial<TableContract>).keys ?? [];
  return [
    ...landing.flatMap(({ dataset, records, version }) =>
      records.map(({ columns, name }) => ({ name: `landing.${dataset}: ${name}`, version, columns, keys: [] })),
    ),
    ...tables
      .filter(({ parts }) => parts === undefined)
      .map((contract) => ({ ...contract, name: contract.table, keys: getKeys(contract) })),
  ];
}

function listChanges(old: Versioned, next: Versioned): string[] {
  const columns = new Map(next.columns.map((column) => [column.name, column]));
  const ofColumns = old.columns.flatMap((column) => {
    const now = columns.get(column.name);
    if (!now) return [`column '${column.name}' is gone`];
    const isRetyped = !isWideningOrSame(column.type, now.type);
    return [
      ...(isRetyped ? [`column '${column.name}' went from ${column.type} to ${now.type}`] : []),
      ...(column.required && !now.required ? [`column '${column.name}' may now be empty`] : []),
      ...(!column.classification && now.classification ? [`column '${column.name}' is now masked`] : []),
    ];
  });
  return old.keys.join() === next.keys.join()
    ? ofColumns
    : [...ofColumns, `its key went from (${old.keys}) to (${next.keys})`];
}

const getMajor = (version: string) => Number(version.split('.')[0]);
