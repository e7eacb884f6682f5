import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { root } from '../support/root.ts';

const folder = path.join(root, 'bench/results');
const results = z.strictObject({
  date: z.iso.date(),
  machine: z.string(),
  figures: z.array(
    z.strictObject({
      what: z.string(),
      ours: z.string(),
      peer: z.string().optional(),
      ratio: z.string().optional(),
      goal: z.strictObject({ text: z.string(), isMet: z.boolean() }).optional(),
    }),
  ),
  remarks: z.array(z.string()),
});
const files = readdirSync(folder).filter((file) => /\d{4}-\d{2}-\d{2}/.test(file));
const read = (file: string) => results.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));

it.for(files)('%s says when and where its figures were measured', (file) => {
  const { date, figures } = read(file);
  expect(file).toContain(date);
  expect(figures.length).toBeGreaterThan(0);
});

it('keeps every figure that docs/performance.md shows', () => {
  const stored = files.flatMap((file) => read(file).figures);
  const page = readFileSync(path.join(root, 'docs/performance.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  const cells = rows.slice(2).map((row) => row.split('|').map((cell) => cell.trim()));
  expect(cells.length).toBeGreaterThan(10);
  const missing = cells.filter(
    ([, what = '', , ours]) => !stored.some((figure) => figure.what.startsWith(what) && figure.ours === ours),
  );
  expect(missing).toEqual([]);
});
