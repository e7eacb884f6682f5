import { defineConfig } from 'vitest/config';
import { noSkippedTests } from './tests/support/skipped-tests.ts';

/** Tests that take minutes: `npm run check -- --long` runs them all, and `npm test -- FILE` one of them. */
const long = 'tests/**/*.long.test.ts';
const isLong = process.env['MEDALLION_TESTS'] === 'long';

export default defineConfig({
  test: {
    include: isLong ? [long] : ['tests/**/*.test.ts'],
    exclude: isLong ? [] : [long],
    // Two cores: what starts Spark or a host runs alone, or it would be timed out by its neighbours.
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 600_000,
    reporters: process.env['CI'] ? ['default', noSkippedTests] : ['default'],
  },
});
