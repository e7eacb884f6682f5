import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readContracts } from '../cloud/project-files.ts';
import { findBreaks, findUnversionedChanges } from '../medallion/contracts/breaking-changes.ts';
import { listProjects } from './generate/projects.ts';

const root = path.resolve(import.meta.dirname, '..');
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Compares the contracts with those of the main branch: what breaks readers needs a new major version. */
async function main(): Promise<void> {
  const base = findBase();
  if (base === undefined) {
    console.error('This clone knows no main branch to compare with.');
    return;
  }
  const folder = checkOutContracts(base);
  try {
    for (const project of listProjects(root)) await compare(folder, project);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compare(folder: string, project: string): Promise<void> {
  // A project that the main branch does not have has no readers yet.
  if (!existsSync(path.join(folder, project))) return;
  const before = await readContracts(folder, project);
  const now = await readContracts(root, project);
  const problems = [
    ...findBreaks(before, now).map((change) => ({
      ...change,
      cure: 'Raise its major version, and tell its readers.',
    })),
    ...findUnversionedChanges(before, now).map((change) => ({ ...change, cure: 'Raise its version.' })),
  ];
  for (const { contract, cure, what } of problems) console.error(`'${contract}': ${what}. ${cure}`);
  if (problems.length > 0) process.exitCode = 1;
}

/** Where this work left the main branch; a clone may know it only as its origin's. */
function findBase(): string | undefined {
  for (const name of ['origin/main', 'main']) {
    const { status, stdout } = spawnSync('git', ['merge-base', 'HEAD', name], { cwd: root, encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

/** Writes the contracts of a commit to a folder of their own. */
function checkOutContracts(commit: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'contracts-'));
  const places = ['contracts', ...listProjects(root)];
  for (const name of git('ls-tree', '-r', '--name-only', commit, ...places)
    .split('\n')
    .filter((file) => file.endsWith('.yaml'))) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, git('show', `${commit}:${name}`));
  }
  return folder;
}

await main();
