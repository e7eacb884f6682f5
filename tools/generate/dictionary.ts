import type {
  ColumnContract,
  Contracts,
  LandingContract,
  TableContract,
  Tolerance,
} from '../../medallion/contracts/contract.ts';
import { describeErasure } from '../../medallion/contracts/erasure.ts';
import { layers } from '../../medallion/layer.ts';

/** Every dataset, column and rule on one page, for people who read the tables. */
export function dictionary({ landing, tables }: Contracts): string {
  const parts = [...layers].reverse().flatMap((layer) => tables.filter((table) => table.layer === layer));
  const ops = tables.filter(({ layer }) => layer === 'ops');
  return [
    '# Data dictionary',
    '',
    'Generated from `projects/fitness/` and `contracts/` by `npm run generate`. Personal columns are masked for everybody outside the role `privacy`.',
    ...[...parts, ...ops].flatMap(tableSection),
    ...landing.flatMap(landingSection),
    '',
  ].join('\n');
}

function tableSection(table: TableContract): string[] {
  const facts = [
    `key ${table.keys.map((key) => `\`${key}\``).join(', ')}`,
    `owner ${table.owner}`,
    `readers ${table.readers.join(', ')}`,
    `kept at least ${table.retention.days} days`,
    ...(table.freshness ? [`fresh within ${table.freshness.minutes} minutes`] : []),
    `contract ${table.version}`,
  ];
  return [
    ...heading(table.table, table.purpose, table.usage, facts),
    ...(table.erasure ? ['', describeErasure(table.erasure)] : []),
    ...columnTable(table.columns),
    ...ruleTable(table),
  ];
}

function landingSection(dataset: LandingContract): string[] {
  const facts = [
    dataset.format,
    `owner ${dataset.owner}`,
    `files kept ${dataset.retention.days} days`,
    `contract ${dataset.version}`,
  ];
  const routes = dataset.routes.map(({ record, topic }) =>
    topic ? `bronze.${record} (topic \`${topic}\`)` : `bronze.${record}`,
  );
  return [
    ...heading(`landing.${dataset.dataset}`, dataset.purpose, dataset.usage, [
      ...facts,
      `goes to ${routes.join(', ')}`,
    ]),
  ];
}

const heading = (name: string, purpose: string, usage: string | undefined, facts: readonly string[]) => [
  '',
  `## ${name}`,
  '',
  purpose,
  '',
  ...(usage ? [usage, ''] : []),
  `*${facts.join(' · ')}*`,
];

const columnTable = (columns: readonly ColumnContract[]) => [
  '',
  '| column | type | meaning |',
  '| --- | --- | --- |',
  ...columns.map(
    ({ classification, description, name, required, type }) =>
      `| \`${name}\` | ${type}${required ? '' : ', may be empty'} | ${cell(description)}${classification ? ` *(${classification})*` : ''} |`,
  ),
];

function ruleTable({ rowRules, tableRules }: TableContract): string[] {
  if (rowRules.length + tableRules.length === 0) return [];
  return [
    '',
    '| rule | when broken | because |',
    '| --- | --- | --- |',
    ...rowRules.map(({ reason, name }) => `| \`${name}\` | the line is quarantined | ${cell(reason)} |`),
    ...tableRules.map(
      ({ action, reason, blocks, name, tolerates }) =>
        `| \`${name}\` | ${action === 'warn' ? 'warns' : blocks ? `holds ${blocks.join(', ')}` : 'blocks'}${tolerated(tolerates)} | ${cell(reason)} |`,
    ),
  ];
}

const tolerated = (tolerance: Tolerance) => {
  if (tolerance.kind === 'percent') return ` above ${tolerance.percent} %`;
  return tolerance.rows > 0 ? ` above ${tolerance.rows} rows` : '';
};

const cell = (text: string) => text.replaceAll('|', '\\|');
