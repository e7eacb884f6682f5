import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../tools/bootstrap/step.mjs';
import { withoutBicep } from '../support/skipped-tests.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'skipped-'));
mkdirSync(path.join(folder, 'tests'));
symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
writeFileSync(
  path.join(folder, 'tests/planted.test.ts'),
  `import { describe, expect, it } from 'vitest';
describe.skipIf(process.env['PLANTED'])('needs a thing (skipped: no thing)', () => {
  it('one', () => expect(1).toBe(1));
  it('two', () => expect(2).toBe(2));
});
describe.skipIf(process.env['PLANTED_BICEP'])('needs Bicep${withoutBicep}', () => {
  it('three', () => expect(3).toBe(3));
});
it('needs nothing', () => expect(3).toBe(3));
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

function runPlanted(environment: Record<string, string>) {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const { CI: _, ...inherited } = process.env;
  const { status, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--root', folder, '--config', path.join(root, 'vitest.config.ts')],
    { encoding: 'utf8', env: { ...inherited, ...environment } },
  );
  return { code: status, stderr };
}

describe('a skipped test', () => {
  it('fails a run in CI, with its file and its reason', () => {
    const { code, stderr } = runPlanted({ CI: 'true', PLANTED: 'yes' });
    expect(stderr).toContain('2 in tests/planted.test.ts: needs a thing (skipped: no thing)');
    expect(code).toBe(1);
  });

  it('is fine on the machine of a person', () => {
    expect(runPlanted({ PLANTED: 'yes' })).toMatchObject({ code: 0 });
  });

  it('is named and fails nothing if all that is missing is the Bicep CLI', () => {
    const { code, stderr } = runPlanted({ CI: 'true', PLANTED_BICEP: 'yes' });
    expect(stderr).toContain('THE BICEP TEMPLATES WERE NOT TESTED');
    expect(stderr).toContain(`1 in tests/planted.test.ts: needs Bicep${withoutBicep}`);
    expect(code).toBe(0);
  });

  it('fails a run in which the Bicep CLI is missing too', () => {
    const { code, stderr } = runPlanted({ CI: 'true', PLANTED: 'yes', PLANTED_BICEP: 'yes' });
    expect(stderr).toContain('2 in tests/planted.test.ts: needs a thing');
    expect(stderr.split('Tests were skipped')[1]).not.toContain('Bicep');
    expect(code).toBe(1);
  });

  it('is what fails the run, and not CI itself', () => {
    expect(runPlanted({ CI: 'true' })).toMatchObject({ code: 0 });
  });
});
