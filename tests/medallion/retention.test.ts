import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { getEndOfRetention, retentionDays } from '../../medallion/retention.ts';
import { root } from '../support/root.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Days by what is kept, as the page says. */
const page = Object.fromEntries(
  read('docs/retention.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, what = '', , days]) => [what, days]),
);

it.for([
  ['rows of files that have settled', 'files'],
  ['histories of orchestrations', 'orchestrations'],
  ['idempotency keys', 'idempotencyKeys'],
  ['audit log', 'auditLog'],
] as const)('%s are kept as long as the page says', ([what, kind]) => {
  expect(page[what]).toBe(String(retentionDays[kind]));
});

const getDaysKept = (script: string) =>
  /^DAYS_KEPT = (\d+)$/m.exec(read(`spark/src/medallion_engine/maintenance/${script}`))?.[1];

it('maintenance keeps changes as long as the page and the contract say, and longer than manifests', () => {
  const [, days] = /property: retention\n\s+value: (\d+)/.exec(read('contracts/ops/changes.yaml')) ?? [];
  expect([page['`ops.changes`'], getDaysKept('change_log.py')]).toEqual([days, days]);
  expect(page['changes of gold that are published']).toBe(getDaysKept('change_sets.py'));
  const manifests = Object.keys(page).find((what) => what.includes('manifests')) ?? '';
  expect(Number(days)).toBeGreaterThan(Number(page[manifests]));
});

// That maintenance leaves old rows alone: tests/spark/test_kept_rows.py.
it.for(['rows of landed, silver and gold tables', '`ops.releases`', '`ops.erasures`'])(
  '%s are kept for ever',
  (what) => {
    expect(page[what]).toBe('for ever');
  },
);

it('texts of the operator and of jobs are kept as long as the page says', () => {
  const template = read('bicep/modules/storage.bicep');
  const [, days] = /var keptDays = (\d+)/.exec(template) ?? [];
  const [, list = ''] = /map\(\[([^\]]*)\], folder/.exec(template) ?? [];
  const folders = [...list.matchAll(/'([^']+)'/g)].map(([, folder]) => folder ?? '');
  const row = Object.keys(page).find((what) => what.includes('verdicts')) ?? '';
  expect(row.split(', ').sort()).toEqual(folders.sort());
  expect([page[row], page['reports']]).toEqual([days, days]);
});

it('ends so many days before now', () => {
  expect(getEndOfRetention('files', new Date('2026-07-01T12:00:00Z'))).toEqual(new Date('2026-01-02T12:00:00Z'));
});
