import type { ColumnContract, LandingContract, RecordPart, RecordType, TableContract } from './contract.ts';

/** The table of all lines of a dataset. Its name is no name of bronze, where record types have theirs. */
export const toLandedName = (dataset: string): string => `landed.${dataset}`;

/** Lines that belong to no record type. */
const unroutedView = 'bronze.unrouted';

const line: ColumnContract = {
  name: '_line',
  type: 'string',
  required: false,
  description: 'The line as it came.',
  classification: 'personal',
};

const rescued: ColumnContract = {
  name: '_rescued',
  type: 'string',
  required: false,
  description: 'What the line has beside the columns of its contract, as one JSON object; empty when there is nothing.',
  classification: 'personal',
};

const place: readonly ColumnContract[] = [
  { name: '_file', type: 'string', required: true, description: 'Identity of the file version that holds the line.' },
  { name: '_path', type: 'string', required: true, description: 'Path of the file under the landing root.' },
  { name: '_batch', type: 'string', required: true, description: 'Manifest that listed the file.' },
  {
    name: '_line_number',
    type: 'bigint',
    required: true,
    description: 'Where in the file, from 1, header and blank lines counted.',
  },
];

const judgement: readonly ColumnContract[] = [
  {
    name: '_violations',
    type: 'array<string>',
    required: true,
    description: 'Names of the rules the line breaks.',
  },
  {
    name: '_violation_count',
    type: 'int',
    required: true,
    description:
      'Length of _violations; 0 if the line is accepted, as a delete is in spite of its defects. Its statistics let queries skip files without defects.',
  },
];

const record: ColumnContract = {
  name: '_record',
  type: 'string',
  required: false,
  description:
    'Its record type; `_header`, `_blank` or `_erased` where it is no line of data; empty if nobody knows it.',
};

const listRouted = ({ routes }: LandingContract): string[] => [...new Set(routes.map((route) => route.record))];

/** The names of the views that the lines of a dataset are in. */
export const listViews = (contract: LandingContract): string[] => [
  ...listRouted(contract).map((name) => `bronze.${name}`),
  ...(contract.envelope === undefined ? [] : [unroutedView]),
];

/** One table per dataset, with every line of its files: what it says as a struct per record type. */
export function createLandedTables(landing: readonly LandingContract[]): TableContract[] {
  const types = new Map(landing.flatMap(({ records }) => records).map((type) => [type.name, type]));
  return landing.map((contract) => {
    const { dataset, owner, purpose, readers, retention, version } = contract;
    const structs = listRouted(contract).flatMap((name) => types.get(name) ?? []);
    return {
      table: toLandedName(dataset),
      layer: 'bronze',
      version,
      purpose: `Every line of every file of '${dataset}'. ${purpose}`,
      owner,
      readers,
      retention,
      columns: [...place, line, record, ...judgement, rescued, ...structs.map(toStruct)],
      keys: [],
      clusteredBy: [],
      changeFeed: true,
      deletionVectors: true,
      rowRules: [],
      tableRules: [],
    };
  });
}

function toStruct({ columns, name, purpose }: RecordType): ColumnContract {
  return {
    name,
    type: `struct<${columns.map((column) => `${column.name}:${column.type}`).join(',')}>`,
    required: false,
    description: `What a line of this record type says. ${purpose}`,
    ...(columns.some(({ classification }) => classification === 'personal') ? { classification: 'personal' } : {}),
    fields: columns,
  };
}

/** One view per record type, and one for lines of none. */
export function createBronzeViews(landing: readonly LandingContract[]): TableContract[] {
  const views = landing.flatMap((contract) =>
    contract.records.map((type) => createRecordView(type, contract, landing)),
  );
  const enveloped = landing.filter(({ envelope }) => envelope !== undefined);
  const [first] = enveloped;
  return first === undefined ? views : [...views, createUnroutedView(first, enveloped)];
}

const toView = (
  { owner, readers, retention, version }: LandingContract,
  parts: readonly RecordPart[],
): Omit<TableContract, 'table' | 'purpose' | 'columns' | 'rowRules' | 'tableRules'> => ({
  layer: 'bronze',
  version,
  owner,
  readers,
  retention,
  parts,
  keys: [],
  clusteredBy: [],
  changeFeed: false,
  deletionVectors: false,
});

function createRecordView(
  { columns, erasure, name, purpose, rowRules, tableRules }: RecordType,
  definedIn: LandingContract,
  landing: readonly LandingContract[],
): TableContract {
  const datasets = landing.filter((contract) => listRouted(contract).includes(name));
  const parts = datasets.map(({ dataset }) => ({ table: toLandedName(dataset), record: name }));
  const all = [...columns, line, ...place, ...judgement, rescued];
  return {
    table: `bronze.${name}`,
    purpose,
    columns: all,
    rowRules,
    tableRules,
    ...(erasure ? { erasure } : {}),
    ...toView(definedIn, parts),
  };
}

function createUnroutedView(first: LandingContract, enveloped: readonly LandingContract[]): TableContract {
  const parts = enveloped.map(({ dataset }) => ({ table: toLandedName(dataset) }));
  return {
    table: unroutedView,
    purpose: 'Lines that belong to no record type: their envelope is broken, or nobody knows their topic.',
    columns: [line, ...place, ...judgement],
    rowRules: [
      toEngineRule('envelope_is_not_json', 'The line cannot be read, so nobody can say where it belongs.'),
      toEngineRule('topic_missing', 'Without a topic nobody can say where the line belongs.'),
      toEngineRule('topic_unknown', 'No record type is declared for the topic.'),
    ],
    tableRules: [
      {
        name: 'lines_are_unrouted',
        reason: 'Lines of a stream have no record type: a new topic, or a sender that writes garbage.',
        query: `SELECT _file, _line_number FROM {${unroutedView}}`,
        tolerates: { kind: 'count', rows: 0 },
        action: 'warn',
      },
    ],
    ...toView(first, parts),
  };
}

/** The engine finds these by itself, so they have no predicate over the columns. */
const toEngineRule = (name: string, reason: string) => ({ name, reason, predicate: 'true' });
