import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../tools/bootstrap/step.mjs';

const clone = mkdtempSync(path.join(tmpdir(), 'breaking-'));
const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, stdio: 'pipe' });
execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, clone], { stdio: 'pipe' });
git('checkout', '--quiet', '-B', 'main');
git('remote', 'remove', 'origin');
symlinkSync(path.join(root, 'node_modules'), path.join(clone, 'node_modules'));
afterAll(() => rmSync(clone, { recursive: true }));

function runCheck(change: (text: string) => string): { code: number | null; stderr: string } {
  const file = path.join(clone, 'projects/fitness/silver/users.yaml');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, change(before));
  const { status, stderr } = spawnSync(process.execPath, ['tools/check-breaking-contracts.ts'], {
    cwd: clone,
    encoding: 'utf8',
  });
  writeFileSync(file, before);
  return { code: status, stderr };
}

describe('the check of contracts against the main branch', () => {
  it('accepts contracts that are the same', () => {
    expect(runCheck((text) => text)).toMatchObject({ code: 0 });
  });

  it('fails on a breaking change, unless the version says so', () => {
    const changeType = (text: string) => text.replace('physicalType: string', 'physicalType: date');
    const { code, stderr } = runCheck(changeType);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/'silver\.users': column '\w+' went from string to date/),
    ]);
    expect(runCheck((text) => changeType(text).replace(/^version: \d+/m, 'version: 9'))).toMatchObject({ code: 0 });
  });
});
