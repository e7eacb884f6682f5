import type { Contracts } from '../contracts/contract.ts';

/** The schema whose views show what was not accepted. */
export const quarantineSchema = 'quarantine';

const columns = ['_violations', '_line', '_path', '_line_number', '_batch', '_file'];

/**
 * One view per bronze table over its quarantined lines, as statements by the view's name.
 *
 * A quarantined line stays in its bronze table, so that a file's lines are in one place; the view is where a person looks.
 */
export function createQuarantineViews({ tables }: Pick<Contracts, 'tables'>): Record<string, string> {
  const bronze = tables.filter(({ layer }) => layer === 'bronze');
  return Object.fromEntries(
    bronze.map(({ table }) => {
      const view = table.replace(/^bronze\./, `${quarantineSchema}.`);
      const lines = `SELECT ${columns.join(', ')} FROM ${table} WHERE _violation_count > 0`;
      return [view, `CREATE OR REPLACE VIEW ${view} AS ${lines}`];
    }),
  );
}
