import { createBronzeStatements } from '../../medallion/catalog/bronze-views.ts';
import { createTableStatement, listPhysicalTables, listSchemas } from '../../medallion/catalog/ddl.ts';
import { createStagedStatements } from '../../medallion/catalog/gold-views.ts';
import { toLandedName } from '../../medallion/contracts/bronze.ts';
import type {
  ColumnContract,
  Contracts,
  LandingContract,
  RecordPart,
  TableContract,
} from '../../medallion/contracts/contract.ts';
import { type Definitions, getRowDefinitions, type SourceHashes } from '../../medallion/contracts/definition.ts';
import { defaultLimits } from '../../medallion/contracts/landing-options.ts';
import { toPhysicalName } from '../../medallion/contracts/sql.ts';
import { createStagedSelect, shownRoundsStatement, toChangesName } from '../../medallion/releases/change-sets.ts';

const maxLineLength = 120;

/** Indented JSON in which arrays of texts stay on one line if they fit, as the formatter of this repository wants it. */
function formatJson(value: unknown, indent = '', start = indent.length): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    if (value.every((item) => typeof item === 'string') && start + line.length < maxLineLength) return line;
    return `[\n${value.map((item) => inner + formatJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  const lines = entries.map(([key, field]) => {
    const name = `${inner}${JSON.stringify(key)}: `;
    return name + formatJson(field, inner, name.length);
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

const toColumns = (columns: readonly ColumnContract[]) =>
  columns.map(({ name, type, source, dateFormats, case: letters, optional, subject }) => ({
    name,
    type,
    source,
    dateFormats,
    case: letters,
    optional,
    subject,
  }));

const toLanding = (contract: LandingContract) => {
  const { dataset, decimal, delimiter, drift, encoding, envelope, format, header, limits, quotedLineEnds } = contract;
  return {
    table: toLandedName(dataset),
    format,
    header,
    delimiter,
    encoding: encoding ?? 'UTF-8',
    decimal,
    limits: { ...defaultLimits, ...limits },
    removed: drift?.removed ?? 'quarantine',
    retentionDays: contract.retention.days,
    envelope,
    quotedLineEnds,
    times: contract.times,
    routes: contract.routes,
  };
};

const toTable = (contract: TableContract, definitions: Definitions) => ({
  physical: toPhysicalName(contract.table),
  layer: contract.layer,
  definition: definitions[contract.table],
  computed: contract.computed,
  keys: contract.keys,
  clusteredBy: contract.clusteredBy,
  erasure: contract.erasure,
  columns: toColumns(contract.columns),
  ddl: createTableStatement(contract),
  ...(contract.layer === 'gold' ? toPublished(contract) : {}),
});

/** Gold is published from change sets; the braces give way to rounds. */
const toPublished = (contract: TableContract) => ({
  changes: toChangesName(contract.table),
  staged: createStagedSelect(contract, { after: '{after}', until: '{until}' }),
});

function toViews(contracts: Contracts): Record<string, { parts: readonly RecordPart[]; statement: string }> {
  const parts = new Map(contracts.tables.map((table) => [table.table, table.parts ?? []]));
  const statements = Object.entries({ ...createBronzeStatements(contracts), ...createStagedStatements(contracts) });
  return Object.fromEntries(statements.map(([name, statement]) => [name, { parts: parts.get(name) ?? [], statement }]));
}

/** What the Spark jobs need of the contracts, as JSON that travels inside the wheel. */
export function wheelContracts(contracts: Contracts, sourceHashes: SourceHashes): string {
  const definitions = getRowDefinitions(contracts, sourceHashes);
  const landing = contracts.landing.map((contract) => [contract.dataset, toLanding(contract)]);
  const records = contracts.landing.flatMap((contract) =>
    contract.records.map(({ columns, deletes, erasure, name, rowRules }) => [
      name,
      {
        columns: toColumns(columns),
        deletes,
        erasure,
        rowRules: rowRules.map(({ name: rule, predicate }) => ({ name: rule, predicate })),
      },
    ]),
  );
  const content = {
    schemas: listSchemas(contracts),
    landing: Object.fromEntries(landing) as unknown,
    records: Object.fromEntries(records) as unknown,
    tables: Object.fromEntries(
      listPhysicalTables(contracts).map((table) => [table.table, toTable(table, definitions)]),
    ),
    views: toViews(contracts),
    shownRounds: shownRoundsStatement,
  };
  return `${formatJson(content)}\n`;
}
