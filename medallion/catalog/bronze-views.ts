import { toLandedName } from '../contracts/bronze.ts';
import type { Contracts, RecordPart, TableContract } from '../contracts/contract.ts';

/** The view of what was not accepted of a dataset. */
export const toQuarantineName = (dataset: string): string => `quarantine.${dataset}`;

const quarantineColumns = ['_record', '_violations', '_line', '_path', '_line_number', '_batch', '_file'];

/**
 * The lines of a record type, flat, whatever dataset they came in. `toSource` names each table, pinned to a version or not.
 */
export function createLinesSelect(
  { columns, parts = [] }: Pick<TableContract, 'columns' | 'parts'>,
  toSource: (table: string) => string,
): string {
  return parts
    .map((part) => {
      const selected = columns.map(({ name }) => toColumn(name, part));
      return `SELECT ${selected.join(', ')} FROM ${toSource(part.table)} WHERE ${toCondition(part)}`;
    })
    .join(' UNION ALL ');
}

const toColumn = (name: string, { record }: RecordPart) =>
  name.startsWith('_') ? name : `${record}.${name} AS ${name}`;

const toCondition = ({ record }: RecordPart) => (record === undefined ? '_record IS NULL' : `_record = '${record}'`);

/**
 * One view per dataset over its quarantined lines, as statements by the view's name.
 *
 * A quarantined line stays in the table of its dataset, so that a file's lines are in one place; the view is where a
 * person looks.
 */
function createQuarantineViews(landing: Contracts['landing']): Record<string, string> {
  return Object.fromEntries(
    landing.map(({ dataset }) => {
      const view = toQuarantineName(dataset);
      const lines = `SELECT ${quarantineColumns.join(', ')} FROM ${toLandedName(dataset)} WHERE _violation_count > 0`;
      return [view, `CREATE OR REPLACE VIEW ${view} AS ${lines}`];
    }),
  );
}

/** The statements of all views over landed lines, by the view's name. */
export function createBronzeStatements({ landing, tables }: Contracts): Record<string, string> {
  const views = tables.filter(({ parts }) => parts !== undefined);
  const selects = views.map((view): [string, string] => [
    view.table,
    `CREATE OR REPLACE VIEW ${view.table} AS ${createLinesSelect(view, (table) => table)}`,
  ]);
  return { ...Object.fromEntries(selects), ...createQuarantineViews(landing) };
}
