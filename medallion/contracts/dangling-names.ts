import { looksBackAtRows } from '../quality/measures.ts';
import type { Contracts } from './contract.ts';

/** What no single file can know: routes must name record types, and rules tables, that have a contract. */
export function findDanglingNames({ landing, tables }: Contracts): string[] {
  const names = new Set(tables.map(({ table }) => table));
  const records = landing.flatMap((contract) => contract.records.map(({ name }) => name));
  const routed = landing.flatMap(({ dataset, routes }) =>
    routes
      .filter(({ record }) => !records.includes(record))
      .map(
        ({ record }) => `landing.${dataset}: routes: no landing contract defines this record type; found '${record}'`,
      ),
  );
  const doubled = records
    .filter((name, at) => records.indexOf(name) !== at)
    .map((name) => `landing: a record type is defined once; found '${name}' again`);
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
        .map(
          (table) => `${owner}: rule '${name}': only gold tables are published and can be blocked; found '${table}'`,
        ),
    ),
  );
  const lookingBack = tables.flatMap(({ table: owner, tableRules }) =>
    tableRules
      .filter(({ query }) => looksBackAtRows(query))
      .map(
        ({ name }) =>
          `${owner}: rule '${name}': '@released' is for a number, as in (SELECT count(*) FROM {TABLE@released})`,
      ),
  );
  const dangling = ruled
    .filter(({ table }) => !names.has(table))
    .map(({ from, table }) => `${from}: no contract of that name; found '${table}'`);
  return [...routed, ...doubled, ...dangling, ...unpublished, ...lookingBack];
}
