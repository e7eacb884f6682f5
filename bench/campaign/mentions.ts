import type { RunningStack } from '../harness/running-stack.ts';
import { toPattern } from './deletable-people.ts';
import type { listDeletions } from './deletions.ts';

/** It keeps the bare ids on purpose. */
const ledger = 'ops.erasures';
const managed = "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'MANAGED'";

/** By deleted person, the tables whose rows still tell of her. */
export const readMentions = (
  stack: RunningStack,
  deletions: ReturnType<typeof listDeletions>,
): Promise<Map<string, string[]>> =>
  stack.useWarehouse(async (query) => {
    const { rows: stored } = await query(managed);
    const names = stored.map(({ table_name: table, table_schema: schema }) => `${schema}.${table}`);
    const tables = names.filter((name) => name !== ledger);
    const mentions = new Map<string, string[]>();
    for (const { person } of deletions) {
      const parts = tables.map(
        (name) =>
          `SELECT DISTINCT '${name}' AS name FROM ${name} WHERE to_json(struct(*)) RLIKE '${toPattern(person)}'`,
      );
      const { rows } = await query(parts.join(' UNION ALL '));
      mentions.set(
        person.user,
        rows.map(({ name }) => String(name)),
      );
    }
    return mentions;
  });
