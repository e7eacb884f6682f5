import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../support/root.ts';

const clone = mkdtempSync(path.join(tmpdir(), 'breaking-'));
const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, stdio: 'pipe' });
execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, clone], { stdio: 'pipe' });
git('checkout', '--quiet', '-B', 'main');
git('remote', 'remove', 'origin');
symlinkSync(path.join(root, 'node_modules'), path.join(clone, 'node_modules'));
afterAll(() => rmSync(clone, { recursive: true }));

function checkedWith(change: (text: string) => string): { code: number | null; said: string } {
  const file = path.join(clone, 'contracts/silver/users.yaml');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, change(before));
  const { status, stderr } = spawnSync(process.execPath, ['tools/check-breaking-contracts.ts'], {
    cwd: clone,
    encoding: 'utf8',
  });
  writeFileSync(file, before);
  return { code: status, said: stderr };
}

describe('the check of contracts against the main branch', () => {
  it('is content with contracts that are the same', () => {
    expect(checkedWith((text) => text)).toMatchObject({ code: 0 });
  });

  it('fails on a breaking change, unless the version says so', () => {
    const retyped = (text: string) => text.replace('physicalType: string', 'physicalType: date');
    const { code, said } = checkedWith(retyped);
    expect([code, said]).toEqual([1, expect.stringMatching(/'silver\.users': column '\w+' went from string to date/)]);
    expect(checkedWith((text) => retyped(text).replace(/^version: \d+/m, 'version: 9'))).toMatchObject({ code: 0 });
  });
});
