import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '../..');

/** Packages as small as they can be: an engine of three jobs with what they share, a project, and one aid of one table. */
export const files = {
  'engine/__init__.py': '"""A package."""\n',
  'engine/jobs/__init__.py': '',
  'engine/jobs/bronze.py': 'from ..shared.load import load\n\n\ndef main():\n    load()\n',
  'engine/jobs/silver.py': 'from ..shared import save\n\n\ndef main():\n    save.load()\n',
  'engine/jobs/gold.py': 'from .silver import main\n',
  'engine/shared/__init__.py': '',
  'engine/shared/load.py': 'def load(rows=()):\n    return [row for row in rows if row > 0]\n',
  'engine/shared/save.py': 'def load(rows=()):\n    return [row for row in rows if row < 0]\n',
  'fitness/silver/users.py': 'def users(rows):\n    """One row per user."""\n    return rows + ["a"]\n',
  'fitness/gold/visits.py': 'def visits(rows):\n    return rows * 2\n',
  'fitness/gold/ages.py': 'from .band import band\n\n\ndef ages(years):\n    return band(years)\n',
  'fitness/gold/band.py': 'def band(years):\n    return years < 18\n',
  'fitness/gold/days.sql': 'SELECT day, count(*) AS visits\nFROM {silver.visits} GROUP BY day\n',
} as const;

export const tables = ['silver.users', 'gold.ages', 'gold.days', 'gold.visits'];

type Files = Readonly<Record<string, string>>;

/** Lends the folders of an engine and a project with these files in them. */
export function withPackages<T>(content: Files, use: (engine: string, project: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'packages-'));
  for (const [name, text] of Object.entries(content)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  try {
    return use(path.join(folder, 'engine'), path.join(folder, 'fitness'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files after an edit, which has to change something. */
export function edited(name: keyof typeof files, from: string, to: string): Files {
  const text = files[name].replace(from, to);
  if (text === files[name]) throw new Error(`'${from}' is not in '${name}'.`);
  return { ...files, [name]: text };
}

/** The sources of the jobs with their hashes, as a repository of its own to try commands in. */
export function copyOfSources(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'sources-'));
  for (const part of ['spark/src', 'spark/source-hashes.json', 'projects/fitness'])
    cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  return copy;
}

export function editFile(file: string, from: string, to: string): void {
  const before = readFileSync(file, 'utf8');
  const after = before.replace(from, to);
  if (before === after) throw new Error(`'${from}' is not in '${file}'.`);
  writeFileSync(file, after);
}

/** One program for each version of Python on this machine that can run the jobs, by its version. */
export function pythonsHere(): Map<string, string> {
  const minors = ['3.11', '3.12', '3.13', '3.14'].map((version) => `python${version}`);
  const pyenv = path.join(homedir(), '.pyenv/versions');
  const installed = existsSync(pyenv) ? readdirSync(pyenv).map((name) => path.join(pyenv, name, 'bin/python3')) : [];
  const programs = [process.env['MEDALLION_PYTHON'] ?? 'python3', 'python3', ...minors, ...installed];
  const probe = 'import sys; assert sys.version_info >= (3, 11); print("%d.%d" % sys.version_info[:2])';
  const versions = programs.map(
    (program) => [spawnSync(program, ['-c', probe], { encoding: 'utf8' }), program] as const,
  );
  return new Map(
    versions.filter(([{ status }]) => status === 0).map(([{ stdout }, program]) => [stdout.trim(), program]),
  );
}
