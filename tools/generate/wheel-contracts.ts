import { createTableStatement, listSchemas } from '../../medallion/catalog/ddl.ts';
import { createQuarantineViews } from '../../medallion/catalog/quarantine-views.ts';
import type { Contracts } from '../../medallion/contracts/contract.ts';
import { toPhysicalName } from '../../medallion/contracts/sql.ts';

/** Indented JSON in which arrays of texts stay on one line, as the formatter of this repository wants it. */
function formatJson(value: unknown, indent = ''): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === 'string'))
      return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    return `[\n${value.map((item) => inner + formatJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{\n${entries.map(([key, field]) => `${inner}${JSON.stringify(key)}: ${formatJson(field, inner)}`).join(',\n')}\n${indent}}`;
}

/** What the Spark jobs need of the contracts, as JSON that travels inside the wheel. */
export function wheelContracts(contracts: Contracts): string {
  const landing = contracts.landing.map(({ dataset, format, header, envelope, times, routes, otherwise }) => [
    dataset,
    { format, header, envelope, times, routes, otherwise },
  ]);
  const tables = contracts.tables.map((contract) => [
    contract.table,
    {
      physical: toPhysicalName(contract.table),
      layer: contract.layer,
      keys: contract.keys,
      clusteredBy: contract.clusteredBy,
      columns: contract.columns.map(({ name, type, source, dateFormats, case: letters, classification }) => ({
        name,
        type,
        source,
        dateFormats,
        case: letters,
        personal: classification === 'personal' ? true : undefined,
      })),
      rowRules: contract.rowRules.map(({ name, predicate }) => ({ name, predicate })),
      ddl: createTableStatement(contract),
    },
  ]);
  const content = {
    schemas: listSchemas(contracts),
    landing: Object.fromEntries(landing) as unknown,
    tables: Object.fromEntries(tables) as unknown,
    views: createQuarantineViews(contracts),
  };
  return `${formatJson(content)}\n`;
}
