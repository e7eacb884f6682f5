import type { ColumnContract, Contracts, TableContract } from '../contracts/contract.ts';
import { quoteLiteral, toPhysicalName } from '../contracts/sql.ts';
import { createStagedViewSelect, toStagedName } from '../releases/change-sets.ts';

/** Personal data are shown to the privacy group alone; others see that something is there. */
export function createMaskedExpression(
  { classification, mask, name, type }: ColumnContract,
  privacyGroup: string,
): string {
  if (classification !== 'personal') return name;
  const usual = type === 'string' ? "'masked'" : `CAST(NULL AS ${type.toUpperCase()})`;
  return `CASE WHEN is_account_group_member(${quoteLiteral(privacyGroup)}) THEN ${name} ELSE ${mask ?? usual} END AS ${name}`;
}

/** What readers see of a gold table. The view is made once: a release changes the rows below it. */
export const createReadersSelect = (
  { columns, table }: Pick<TableContract, 'columns' | 'table'>,
  privacyGroup: string,
): string =>
  `SELECT ${columns.map((column) => createMaskedExpression(column, privacyGroup)).join(', ')} FROM ${toPhysicalName(table)}`;

/** The statements of the views of what the next release would show, by the view's name. */
export const createStagedStatements = ({ tables }: Pick<Contracts, 'tables'>): Record<string, string> =>
  Object.fromEntries(
    tables
      .filter(({ layer }) => layer === 'gold')
      .map((gold) => {
        const view = toStagedName(gold.table);
        return [view, `CREATE OR REPLACE VIEW ${view} AS ${createStagedViewSelect(gold)}`];
      }),
  );
