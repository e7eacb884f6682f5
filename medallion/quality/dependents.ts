import type { TableContract } from '../contracts/contract.ts';

/**
 * The gold tables that are computed from a table, also by way of others; nothing if that is every gold table. They wait when
 * a rule of the table is broken, and all others go on.
 */
export function findDependents(tables: readonly TableContract[], name: string): string[] | undefined {
  const reached = new Set([name]);
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const { computed, table } of tables)
      if (computed?.from.some(({ source }) => reached.has(source))) reached.add(table);
  }
  const golds = tables.filter(({ layer }) => layer === 'gold').map(({ table }) => table);
  const dependents = golds.filter((table) => reached.has(table));
  return dependents.length === golds.length ? undefined : dependents;
}
