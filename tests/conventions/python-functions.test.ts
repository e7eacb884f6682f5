import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root, sources } from './sources.ts';

const maxLines = 40;
const script = path.join(import.meta.dirname, 'python_functions.py');
const python = process.env['MEDALLION_PYTHON'] ?? 'python3';

const listLongFunctions = (files: readonly string[]) =>
  execFileSync(python, [script, `${maxLines}`, ...files], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');

it('finds a function that is too long', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'python-functions-'));
  try {
    const file = path.join(folder, 'long.py');
    writeFileSync(file, `def short():\n    pass\n\n\ndef long():\n${'    pass\n'.repeat(maxLines)}`);
    expect(listLongFunctions([file])).toEqual([`${file}: 'long' has ${maxLines + 1} lines`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('has Python functions of at most 40 lines', () => {
  const files = sources(/\.py$/).filter((file) => existsSync(path.join(root, file)));
  expect(files.length).toBeGreaterThan(50);
  expect(listLongFunctions(files)).toEqual([]);
});
