import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readContracts } from '../cloud/contract-files.ts';
import { findBreaks, findUnversionedChanges } from '../medallion/contracts/breaking-changes.ts';

const root = path.resolve(import.meta.dirname, '..');
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Compares the contracts with those of the main branch: what breaks readers needs a new major version. */
async function main(): Promise<void> {
  const base = baseOf();
  if (base === undefined) {
    console.error('There is no main branch to compare with.');
    return;
  }
  const folder = contractsAt(base);
  try {
    const [before, now] = [await readContracts(folder), await readContracts(path.join(root, 'contracts'))];
    const wrong = [
      ...findBreaks(before, now).map((each) => ({ ...each, cure: 'Raise its major version, and tell its readers.' })),
      ...findUnversionedChanges(before, now).map((each) => ({ ...each, cure: 'Raise its version.' })),
    ];
    for (const { contract, cure, what } of wrong) console.error(`'${contract}': ${what}. ${cure}`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where this work left the main branch; a clone may know it only as its origin's. */
function baseOf(): string | undefined {
  for (const name of ['origin/main', 'main']) {
    try {
      return git('merge-base', 'HEAD', name).trim();
    } catch {
      // This clone does not know that name.
    }
  }
  return undefined;
}

function contractsAt(commit: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'contracts-'));
  for (const name of git('ls-tree', '-r', '--name-only', commit, 'contracts').split('\n').filter(Boolean)) {
    const file = path.join(folder, path.relative('contracts', name));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, git('show', `${commit}:${name}`));
  }
  return folder;
}

await main();
