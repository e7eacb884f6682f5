import { expect, it } from 'vitest';
import { backUp } from '../../../operations/backup/back-up.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const now = new Date('2026-01-02T00:30:00.000Z');
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
const toLines = (rows: number) =>
  Array.from({ length: rows }, (_, n) => JSON.stringify({ partitionKey: 'p', rowKey: `${n}`.padStart(6, '0') }));
const listBackups = ({ texts }: ReturnType<typeof createFakePorts>) =>
  [...texts.keys()].filter((path) => path.startsWith('backups/'));

it('copies all rows in parts, and writes the summary last', async () => {
  const ports = createFakePorts();
  await ports.stateRows.insertMissing(toLines(10_500));
  expect(await backUp(ports, now)).toBe(10_500);
  const folder = 'backups/20260102T003000000Z';
  expect(listBackups(ports)).toEqual([
    `${folder}/rows-000001.jsonl.gz`,
    `${folder}/rows-000002.jsonl.gz`,
    `${folder}.json`,
  ]);
  expect(JSON.parse(ports.texts.get(`${folder}.json`) ?? '')).toMatchObject({ parts: 2, rows: 10_500 });
});

it('makes one a day, and another one if the first was stopped', async () => {
  const ports = createFakePorts();
  await ports.stateRows.insertMissing(toLines(3));
  const { commitControl } = ports.lake;
  Object.assign(ports.lake, { commitControl: () => Promise.reject(new Error('Away.')) });
  await expect(backUp(ports, now)).rejects.toThrow('Away.');
  Object.assign(ports.lake, { commitControl });
  expect(await backUp(ports, later(1))).toBe(3);
  expect(await backUp(ports, later(2))).toBe(0);
  expect(await backUp(ports, later(24))).toBe(3);
  expect(listBackups(ports).filter((path) => path.endsWith('.json'))).toHaveLength(2);
});
