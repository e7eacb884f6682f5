import { expect, it } from 'vitest';
import type { Change, Phase } from '../../../medallion/catalog/table-changes.ts';
import { applyChanges } from '../../../operations/catalog/apply.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const createChange = (phase: Phase, on: string, statement: string): Change => ({
  phase,
  on,
  statement,
  what: 'change it',
  isDestructive: false,
});
const changes = [
  createChange('access', 'gold.a', 'GRANT'),
  createChange('tables', 'gold.a', 'DROP TABLE gold.a'),
  createChange('tables', 'gold.a', 'CREATE TABLE gold.a'),
  createChange('tables', 'gold.b', 'CREATE TABLE gold.b'),
  createChange('schemas', 'gold', 'CREATE SCHEMA gold'),
];

it('applyChanges goes phase by phase, and keeps the order of what is done to one object', async () => {
  const ports = createFakePorts();
  await applyChanges(changes, ports.sqlWarehouse);
  expect(ports.statements[0]).toBe('CREATE SCHEMA gold');
  expect(ports.statements.slice(1, 4).sort()).toEqual([
    'CREATE TABLE gold.a',
    'CREATE TABLE gold.b',
    'DROP TABLE gold.a',
  ]);
  expect(ports.statements.indexOf('DROP TABLE gold.a')).toBeLessThan(ports.statements.indexOf('CREATE TABLE gold.a'));
  expect(ports.statements.at(-1)).toBe('GRANT');
});

it('applyChanges begins no later phase after a statement that is rejected', async () => {
  const ports = createFakePorts({
    answer: (statement) =>
      statement === 'CREATE SCHEMA gold' ? { kind: 'rejected', reason: 'No right.' } : { kind: 'rows', rows: [] },
  });
  await expect(applyChanges(changes, ports.sqlWarehouse)).rejects.toThrow('No right.');
  expect(ports.statements).toEqual(['CREATE SCHEMA gold']);
});
