import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readContracts } from '../../cloud/project-files.ts';

const root = path.resolve(import.meta.dirname, '../..');
const contracts = await readContracts(root, 'projects/fitness');

test('the shipped contracts are complete', () => {
  expect(contracts.landing.map(({ dataset }) => dataset)).toEqual(
    expect.arrayContaining(['date_lookup', 'gym_logins', 'kafka_multiplex', 'registered_users']),
  );
  expect(contracts.tables).toHaveLength(19);
});

test.each(contracts.tables.map((table) => [table.table, table] as const))(
  '%s has rules that are told apart',
  (_, table) => {
    const names = [...table.rowRules, ...table.tableRules].map(({ name }) => name);

    expect(names.length).toBeGreaterThanOrEqual(2);
    expect(new Set(names).size).toBe(names.length);
  },
);

test.each(contracts.tables.filter(({ layer }) => layer === 'bronze').map((table) => [table.table, table] as const))(
  '%s says where each line came from, and from which tables',
  (_, table) => {
    expect(table.parts).not.toEqual([]);
    expect(table.columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['_line', '_file', '_path', '_batch', '_line_number', '_violations', '_violation_count']),
    );
  },
);

test('what names or describes a person is classified as personal', () => {
  const personal = contracts.tables.flatMap(({ table, columns }) =>
    columns.filter(({ classification }) => classification === 'personal').map(({ name }) => `${table}.${name}`),
  );

  expect(personal).toEqual(
    expect.arrayContaining([
      'silver.user_profiles.dob',
      'silver.user_profiles.last_name',
      'gold.workout_bpm_summary.age',
      'gold.gym_sessions.mac_address',
    ]),
  );
});

test('a file that is no YAML is told with its path', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'contracts-'));
  await cp(path.join(root, 'projects/fitness'), folder, { recursive: true });
  await writeFile(path.join(folder, 'silver/users.yaml'), 'kind: [');

  await expect(readContracts(root, folder)).rejects.toThrow(/silver\/users\.yaml/);
});

test('a folder without contracts is told by name', async () => {
  await expect(readContracts(root, '/nowhere')).rejects.toThrow(/'\/nowhere\/landing'/);
});

test('what the Spark jobs carry is what the contracts say', () => {
  const generate = path.join(root, 'tools/generate/main.ts');

  expect(() => execFileSync(process.execPath, [generate, '--check'], { stdio: 'pipe' })).not.toThrow();
});
