import type { Contracts } from './contract.ts';

/** What no single file can know: routes and rules must name tables that have a contract. */
export function findDanglingNames({ landing, tables }: Contracts): string[] {
  const names = new Set(tables.map(({ table }) => table));
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
        .map(
          (table) => `${owner}: rule '${name}': only gold tables are published and can be blocked; found '${table}'`,
        ),
    ),
  );
  const dangling = [...routed, ...ruled]
    .filter(({ table }) => !names.has(table))
    .map(({ from, table }) => `${from}: no contract of that name; found '${table}'`);
  return [...dangling, ...unpublished];
}
