import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listSetAside } from '../../bench/campaign/reports.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'reports-'));
afterAll(() => rmSync(folder, { recursive: true }));

const batch = '20260101T000000000Z-00000001';
const counts = { lines: 0, blank: 0, accepted: 0, quarantinedLines: 0 };
const toAccount = (letter: string, outcome: string) => ({ file: letter.repeat(32), outcome, ...counts });

it('lists what jobs have set aside, and leaves out half a report', () => {
  const files = [toAccount('a', 'quarantined'), toAccount('b', 'loaded')];
  const text = JSON.stringify({ batch, layer: 'bronze', files, tables: [] });
  const reports = path.join(folder, batch, 'bronze');
  mkdirSync(reports, { recursive: true });
  writeFileSync(path.join(reports, '00000001-a.json'), text.slice(0, -10));
  writeFileSync(path.join(reports, '00000002-b.json'), text);
  expect(listSetAside(folder)).toEqual([{ batch, file: 'a'.repeat(32) }]);
});
