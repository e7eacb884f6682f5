import { expect, test } from 'vitest';
import { ContractError, type ContractFile, parseContracts } from '../../../medallion/contracts/parse-contracts.ts';

const column = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  logicalType: 'string',
  physicalType: 'string',
  required: false,
  description: 'A column.',
  ...more,
});

const document = (name: string, more: { schema?: object; custom?: object[]; [key: string]: unknown } = {}) => {
  const { schema, custom, ...rest } = more;
  return {
    apiVersion: 'v3.0.2',
    kind: 'DataContract',
    id: name,
    name,
    version: '1.0.0',
    status: 'active',
    description: { purpose: 'For tests.' },
    schema: [
      { name, physicalName: name, physicalType: 'table', description: 'A.', properties: [column('a')], ...schema },
    ],
    slaProperties: [{ property: 'retention', value: 30, unit: 'd' }],
    team: [{ username: 'someone', role: 'owner' }],
    roles: [{ role: 'readers', access: 'read' }],
    customProperties: custom ?? [
      { property: 'changeFeed', value: false },
      { property: 'computed', value: { per: ['a'], from: { 'bronze.x': { a: 'a' } } } },
    ],
    ...rest,
  };
};

const landing = (record = 'x'): ContractFile => ({
  path: 'landing/x.yaml',
  layer: 'landing',
  content: document('x', {
    custom: [
      { property: 'format', value: 'csv' },
      { property: 'times', value: { format: 'epoch-seconds' } },
      { property: 'routes', value: [{ record }] },
    ],
  }),
});

const silver = (name: string, more = {}): ContractFile => ({
  path: `silver/${name}.yaml`,
  layer: 'silver',
  content: document(name, more),
});

const tableRule = (tolerates: unknown, query = 'SELECT a FROM {silver.users}') => ({
  name: 'key_is_not_unique',
  type: 'custom',
  engine: 'medallion-table',
  description: 'Counts would double.',
  implementation: { query, tolerates, action: 'block' },
});

function listProblems(...files: ContractFile[]): readonly string[] {
  try {
    parseContracts(files);
  } catch (error) {
    if (error instanceof ContractError) return error.errors;
    throw error;
  }
  return [];
}

test('keys come in the order of their positions', () => {
  const properties = [
    column('b', { primaryKey: true, primaryKeyPosition: 2 }),
    column('a', { primaryKey: true, primaryKeyPosition: 1 }),
  ];

  const { tables } = parseContracts([landing(), silver('users', { schema: { properties } })]);

  expect(tables.at(-1)?.keys).toEqual(['a', 'b']);
});

test.each([
  [0, { kind: 'count', rows: 0 }],
  ['5 %', { kind: 'percent', percent: 5 }],
  ['0.5%', { kind: 'percent', percent: 0.5 }],
])('a tolerance of %j is understood', (written, understood) => {
  const { tables } = parseContracts([landing(), silver('users', { schema: { quality: [tableRule(written)] } })]);

  expect(tables.at(-1)?.tableRules[0]?.tolerates).toEqual(understood);
});

test('a landing contract declares format, times and routes', () => {
  const custom = [
    { property: 'format', value: 'json-array' },
    { property: 'times', value: { format: 'yyyy-MM-dd HH:mm:ss', zone: '+08:00' } },
    { property: 'routes', value: [{ record: 'x' }] },
  ];

  const contracts = parseContracts([
    { path: 'landing/x.yaml', layer: 'landing', content: document('x', { custom }) },
    silver('users'),
  ]);

  expect(contracts.landing[0]).toMatchObject({ dataset: 'x', header: false, times: { zone: '+08:00' } });
});

test('all problems of all files are named at once, with what was found', () => {
  const problems = listProblems(
    silver('users', { version: 'one', status: 'alive' }),
    silver('visits', { schema: { quality: [tableRule('many')] }, team: [] }),
  );

  expect(problems).toHaveLength(4);
  expect(problems[0]).toMatch(/^silver\/users\.yaml: version: .*; found "one"$/);
  expect(problems.map((problem) => problem.split(':')[0])).toEqual([
    'silver/users.yaml',
    'silver/users.yaml',
    'silver/visits.yaml',
    'silver/visits.yaml',
  ]);
});

test('a misspelt key is a problem, also among custom properties', () => {
  expect(listProblems(silver('users', { qualty: [] }))[0]).toMatch(/qualty/);
  expect(listProblems(silver('users', { custom: [{ property: 'changeFed', value: true }] })).join()).toMatch(
    /changeFed/,
  );
});

test('a table without an owner or a retention, or clustered by nothing it has, is a problem', () => {
  const custom = [
    { property: 'changeFeed', value: true },
    { property: 'clusteredBy', value: ['zz'] },
  ];

  const problems = listProblems(
    silver('users', { custom, slaProperties: [], team: [{ username: 'x', role: 'member' }] }),
  );

  expect(problems).toEqual([
    'silver/users.yaml: slaProperties: a retention is missing; found none',
    'silver/users.yaml: team: an owner is missing; found none',
    "silver/users.yaml: clusteredBy: not a column; found 'zz'",
  ]);
});

test('a column whose options are wrong is a problem of tables and of landing files', () => {
  const schema = { properties: [column('a', { customProperties: [{ property: 'case', value: 'upper' }] })] };

  expect(listProblems(silver('users', { schema }))[0]).toMatch(/column 'a': case: .*found "upper"/);
  const custom = [
    { property: 'format', value: 'csv' },
    { property: 'times', value: { format: 'epoch-seconds' } },
    { property: 'routes', value: [{ record: 'x' }] },
  ];
  const content = document('x', { schema, custom });
  expect(listProblems({ path: 'landing/x.yaml', layer: 'landing', content }).join()).toMatch(/column 'a'/);
});

test('a rule or a route that names no contract is a problem', () => {
  const problems = listProblems(
    landing('nothing'),
    silver('users', { schema: { quality: [tableRule(0, 'SELECT a FROM {silver.user}')] } }),
  );

  expect(problems).toEqual([
    "landing.x: routes: no landing contract defines this record type; found 'nothing'",
    "silver.users: rule 'key_is_not_unique': no contract of that name; found 'silver.user'",
  ]);
});

test('only a gold table is shown to readers', () => {
  const custom = [
    { property: 'changeFeed', value: false },
    { property: 'computed', value: { per: ['a'], from: { 'bronze.x': { a: 'a' } } } },
    { property: 'display', value: { order: ['-a'] } },
  ];

  expect(listProblems(landing(), silver('users', { custom }))).toEqual([
    'silver.users: display: only gold tables are shown to readers',
  ]);
});
