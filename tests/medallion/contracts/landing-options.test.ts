import { expect, test } from 'vitest';
import { readContracts } from '../../../cloud/project-files.ts';
import { defaultLimits, LandingOptions, TimeFormat } from '../../../medallion/contracts/landing-options.ts';
import { wheelContracts } from '../../../tools/generate/wheel-contracts.ts';
import { root } from '../../support/root.ts';

test('times without a zone must say which zone they mean', () => {
  expect(TimeFormat.safeParse({ format: 'epoch-seconds' }).success).toBe(true);
  expect(TimeFormat.safeParse({ format: 'yyyy-MM-dd HH:mm:ss', zone: '+08:00' }).success).toBe(true);
  expect(TimeFormat.safeParse({ format: 'yyyy-MM-dd HH:mm:ss' }).success).toBe(false);
  expect(TimeFormat.safeParse({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'CST' }).success).toBe(false);
});

test('a landing contract without a route leads nowhere and is refused', () => {
  const landing = { format: 'csv', times: { format: 'epoch-seconds' }, routes: [] };

  expect(LandingOptions.safeParse(landing).success).toBe(false);
});

test.each([';', '|', '\t'])('values of a CSV file may be separated by %j', (delimiter) => {
  const routes = [{ record: 'orders' }];
  const landing = { format: 'csv', delimiter, times: { format: 'epoch-seconds' }, routes };

  expect(LandingOptions.parse(landing).delimiter).toBe(delimiter);
  expect(LandingOptions.safeParse({ ...landing, format: 'json-lines' }).success).toBe(false);
});

test('only in CSV can a value in quotes span lines', () => {
  const landing = {
    format: 'csv',
    quotedLineEnds: true,
    times: { format: 'epoch-seconds' },
    routes: [{ record: 'a' }],
  };

  expect(LandingOptions.parse(landing).quotedLineEnds).toBe(true);
  expect(LandingOptions.safeParse({ ...landing, format: 'json-lines' }).success).toBe(false);
});

test.each(['', ';;', '"', '\\', 'a', ' ', '\n'])('values of a CSV file cannot be separated by %j', (delimiter) => {
  const routes = [{ record: 'orders' }];
  const landing = { format: 'csv', delimiter, times: { format: 'epoch-seconds' }, routes };

  expect(LandingOptions.safeParse(landing).success).toBe(false);
});

const lines = { format: 'json-lines', times: { format: 'epoch-seconds' }, routes: [{ record: 'orders' }] };

test('a limit that a contract does not state is that of everybody', async () => {
  const { landing, ...rest } = await readContracts(root, 'projects/fitness');
  const [first, ...others] = landing;
  if (first === undefined) throw new Error('The project has no dataset.');
  const contracts = { ...rest, landing: [{ ...first, limits: { lineBytes: 10 } }, ...others] };
  const written = JSON.parse(wheelContracts(contracts, { engine: 1, tables: {} })) as {
    landing: Record<string, { limits: object; removed: string; encoding: string }>;
  };

  expect(written.landing[first.dataset]).toMatchObject({
    limits: { ...defaultLimits, lineBytes: 10 },
    removed: 'quarantine',
    encoding: 'UTF-8',
  });
});

test('a limit that nobody knows, or of nothing, is refused', () => {
  expect(LandingOptions.safeParse({ ...lines, limits: { brokenPercent: 0 } }).success).toBe(true);
  for (const limits of [{ lines: 1 }, { lineBytes: 0 }, { brokenPercent: 101 }])
    expect(LandingOptions.safeParse({ ...lines, limits }).success).toBe(false);
});

test('only a CSV file can lack a column, since JSON says in each line what it has', () => {
  const drift = { removed: 'null' };
  expect(LandingOptions.safeParse({ ...lines, format: 'csv', drift }).success).toBe(true);
  expect(LandingOptions.safeParse({ ...lines, drift }).success).toBe(false);
});

test('files are named without their folder, and in an encoding that Spark reads', () => {
  expect(LandingOptions.safeParse({ ...lines, names: ['*.json'], encoding: 'UTF-16' }).success).toBe(true);
  expect(LandingOptions.safeParse({ ...lines, names: ['a/*.json'] }).success).toBe(false);
  expect(LandingOptions.safeParse({ ...lines, encoding: 'EBCDIC' }).success).toBe(false);
});
