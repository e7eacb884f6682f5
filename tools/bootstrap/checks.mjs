// Every check of the project as a title, a program and its arguments.
import path from 'node:path';
import { folders } from '../../.dependency-cruiser.mjs';
import { checkers, python } from './python.mjs';
import { jars } from './spark.mjs';
import { root } from './step.mjs';

const inRoot = (file) => path.join(root, file);
const inPackages = (file) => path.join(root, 'node_modules', file);
const pythonFolders = ['spark', ...folders];

/** Where the local stack and its tests find what was installed. */
export const describeMachine = (wheel) => ({
  MEDALLION_PYTHON: python,
  MEDALLION_JARS: jars,
  MEDALLION_WHEEL: wheel,
  MEDALLION_CHECKERS: checkers,
});

export const listStatics = (node) => [
  { title: 'format and lint', program: node, args: [inPackages('@biomejs/biome/bin/biome'), 'check'] },
  { title: 'format of Python', program: python, args: ['-m', 'ruff', 'format', '--check', ...pythonFolders] },
  { title: 'lint of Python', program: python, args: ['-m', 'ruff', 'check', ...pythonFolders] },
  { title: 'types', program: node, args: [inPackages('typescript/bin/tsc'), '-p', 'tsconfig.json'] },
  {
    title: 'import rules',
    program: node,
    args: [
      inPackages('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      '.dependency-cruiser.mjs',
      ...folders,
    ],
  },
  { title: 'dead code', program: node, args: [inPackages('knip/bin/knip.js')] },
  {
    title: 'generated files',
    program: node,
    args: [inRoot('tools/generate/main.ts'), '--check'],
    environment: { MEDALLION_PYTHON: python },
  },
  {
    title: 'contracts against the main branch',
    program: node,
    args: [inRoot('tools/check-breaking-contracts.ts')],
  },
];

const createVitest = (title, node, wheel, { files = [], length = 'short', more = {}, without = [] } = {}) => ({
  title,
  program: node,
  args: [inPackages('vitest/vitest.mjs'), 'run', ...files, ...without.flatMap((file) => ['--exclude', file])],
  environment: { ...describeMachine(wheel), MEDALLION_TESTS: length, ...more },
});

const createPytest = (title, marker, wheel) => ({
  title,
  program: python,
  args: ['-m', 'pytest', 'tests/spark', '-q', '-m', marker],
  environment: describeMachine(wheel),
});

export const listTests = (node, wheel) => [
  createVitest('tests of the operator and the local stack', node, wheel),
  createPytest('tests of the jobs', 'not large', wheel),
];

export const isSlow = (file) => file.includes('.long.');

/** The test files that were named, slow ones, too. */
export const listNamedTests = (node, wheel, files) => [
  createVitest('named tests', node, wheel, { files, length: files.some(isSlow) ? 'long' : 'short' }),
];

export const listLargeTests = (wheel) => [createPytest('large tests of the jobs', 'large', wheel)];

/** Slow tests that run jobs of all kinds. They run once, under the restrictions of serverless compute. */
export const strictJourneys = [
  'tests/databricks/integration.long.test.ts',
  'tests/e2e/erasure.long.test.ts',
  'tests/e2e/quarantine.long.test.ts',
  'tests/e2e/quiet-month.long.test.ts',
  'tests/e2e/releases.long.test.ts',
  'tests/e2e/reprocess.long.test.ts',
  'tests/e2e/run-actions.long.test.ts',
  'tests/e2e/streaming.long.test.ts',
];

export const listSlowTests = (node, wheel) => [
  createVitest('slow tests of the operator and the local stack', node, wheel, {
    length: 'long',
    without: strictJourneys,
  }),
  createVitest('slow tests under the restrictions of serverless compute', node, wheel, {
    files: strictJourneys,
    length: 'long',
    more: { MEDALLION_STRICT: 'yes' },
  }),
];
