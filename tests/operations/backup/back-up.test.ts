import { afterEach, expect, it, vi } from 'vitest';
import { backUp } from '../../../operations/backup/back-up.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

afterEach(() => void vi.useRealTimers());

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

/** Each page of a thousand rows takes a minute. */
async function createSlowPorts(rows: number) {
  vi.useFakeTimers({ toFake: ['performance'] });
  const ports = createFakePorts();
  await ports.stateRows.insertMissing(toLines(rows));
  const { list } = ports.stateRows;
  const listSlowly: typeof list = async (after) => {
    vi.advanceTimersByTime(60_000);
    return list(after);
  };
  return { ...ports, stateRows: { ...ports.stateRows, list: listSlowly } };
}

it('takes four minutes a call, and is complete when it has come to the end', async () => {
  const ports = await createSlowPorts(10_500);
  const listSummaries = () => listBackups(ports).filter((path) => path.endsWith('.json'));
  expect(await backUp(ports, now)).toBe(4000);
  expect(await backUp(ports, later(1))).toBe(4000);
  expect(listSummaries()).toEqual([]);
  expect(await backUp(ports, later(2))).toBe(2500);
  expect(listSummaries()).toEqual(['backups/20260102T003000000Z.json']);
  const summary = JSON.parse(ports.texts.get('backups/20260102T003000000Z.json') ?? '');
  expect(summary).toEqual({ backup: '20260102T003000000Z', parts: 3, rows: 10_500 });
  const parts = listBackups(ports).filter((path) => path.endsWith('.gz'));
  expect(parts.flatMap((path) => ports.texts.get(path)?.split('\n'))).toEqual(toLines(10_500));
  expect(await backUp(ports, later(3))).toBe(0);
});

it('begins anew after a call that broke off, whose last part nobody knows', async () => {
  const ports = await createSlowPorts(6000);
  await backUp(ports, now);
  const lake = { ...ports.lake, commitPacked: () => Promise.reject(new Error('Away.')) };
  await expect(backUp({ ...ports, lake }, later(1))).rejects.toThrow('Away.');
  expect(await backUp(ports, later(2))).toBe(4000);
  expect(await backUp(ports, later(3))).toBe(2000);
  expect(listBackups(ports).filter((path) => path.endsWith('.json'))).toEqual(['backups/20260102T023000000Z.json']);
});

it('fails while none was done for two days, and goes on all the same', async () => {
  const ports = await createSlowPorts(13_000);
  await backUp(ports, now);
  expect(await backUp(ports, later(48))).toBe(4000);
  await expect(backUp(ports, later(49))).rejects.toThrow(
    "No backup was done since 'backups/20260102T003000000Z.json' began, over 48 hours ago. The next one has 12000 rows.",
  );
  expect(await backUp(ports, later(50))).toBe(1000);
});

it('gives one up that was left for a week, since its parts expire', async () => {
  const ports = await createSlowPorts(5000);
  await backUp(ports, now);
  expect(await backUp(ports, later(169))).toBe(4000);
  await backUp(ports, later(170));
  expect(listBackups(ports).filter((path) => path.endsWith('.json'))).toEqual(['backups/20260109T013000000Z.json']);
});
