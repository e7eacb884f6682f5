import { getTableProperties } from '../../medallion/catalog/ddl.ts';
import type { CatalogState, TableState } from '../../medallion/catalog/state.ts';
import type { TableContract } from '../../medallion/contracts/contract.ts';

/** A catalog that holds nothing. */
export const emptyState: CatalogState = {
  isOptimizedByOthers: false,
  schemas: [],
  tables: new Map(),
  grants: new Map(),
};

/** A table as it is when its contract has just been applied. */
export const createTableState = (contract: TableContract, change: Partial<TableState> = {}): TableState => ({
  kind: 'table',
  comment: contract.purpose,
  columns: contract.columns.map(({ classification, description, name, required, type }) => ({
    name,
    type,
    isNullable: !required,
    comment: description,
    ...(classification === undefined ? {} : { classification }),
  })),
  properties: getTableProperties(contract),
  clusteredBy: contract.clusteredBy,
  ...change,
});
