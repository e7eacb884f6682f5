import { globSync } from 'node:fs';
import { expect, it } from 'vitest';
import { listSlowTests, strictJourneys } from '../../tools/bootstrap/checks.mjs';
import { root } from '../../tools/bootstrap/step.mjs';

const [plain, strict] = listSlowTests('node', 'some.whl');

it('a slow test runs once, with the restrictions of serverless compute or without', () => {
  for (const file of strictJourneys) {
    expect(plain?.args.join(' ')).toContain(`--exclude ${file}`);
    expect(strict?.args).toContain(file);
  }
  expect(strict?.environment).toMatchObject({ MEDALLION_STRICT: 'yes', MEDALLION_TESTS: 'long' });
  expect(plain?.environment).not.toHaveProperty('MEDALLION_STRICT');
});

it('every journey of the strict mode is there', () => {
  const files = globSync('tests/**/*.long.test.ts', { cwd: root });
  expect(strictJourneys.filter((file) => !files.includes(file))).toEqual([]);
});
