import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLag } from '../../tools/generate/check-project.ts';
import { copyOfSources, editFile, root } from './python-package.ts';

const project = 'projects/fitness';

describe('a project that is started', () => {
  let copy: string;
  beforeEach(() => {
    copy = copyOfSources();
    cpSync(path.join(root, 'contracts'), path.join(copy, 'contracts'), { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  it('is as its contracts and functions say', async () => {
    expect(await findLag(copy, project)).toBeUndefined();
  });

  it.for([
    ['a contract', 'landing/gym_logins.yaml', 'value: csv', 'value: json-lines', 'contracts.json'],
    ['a function', 'silver/gym_visits.py', 'return gym_logins', 'return gym_logins.distinct()', 'source-hashes.json'],
  ] as const)('lags behind an edit of %s, and is told what to run', async ([, file, from, to, lagging]) => {
    editFile(path.join(copy, project, file), from, to);
    expect(await findLag(copy, project)).toBe(
      `'${project}/${lagging}' lags behind the contracts and functions of '${project}'. Run: npm run generate`,
    );
  });

  it('does not wait for somebody to say what an edit of the shared code means', async () => {
    const engine = 'spark/src/medallion_engine/jobs/bronze.py';
    editFile(path.join(copy, engine), 'import', 'import math\nimport');
    expect(await findLag(copy, project)).toBeUndefined();
  });
});
