import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContracts } from '../../cloud/contract-files.ts';
import { hasBranch } from './branches.ts';
import { root, sources } from './sources.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const lines = (file: string) => read(file).trimEnd().split('\n').length;
const present = (pattern: RegExp) => sources(pattern).filter((file) => existsSync(path.join(root, file)));

/** The wiring of the app, which every end-to-end test tests. */
const withoutTest = new Set(['functions/main.ts']);

describe('a file', () => {
  it('has at most 250 lines', () => {
    const long = present(/\.(ts|mjs|py)$/).filter((file) => lines(file) > 250);
    expect(long).toEqual([]);
  });

  it('is not named after its lack of a subject', () => {
    expect(present(/(^|\/)(utils?|helpers?|common|misc|types|manager|service)(\.|\/|-)/)).toEqual([]);
  });

  it('has a name in kebab case, or in snake case if it is Python', () => {
    const odd = present(/\.(ts|py)$/).filter(
      (file) => !/^([a-z0-9-]+((\.long)?\.test|\.config)?\.ts|[a-z0-9_]+\.py)$/.test(path.basename(file)),
    );
    expect(odd).toEqual([]);
  });
});

describe('a file of the app', () => {
  it('has a test of its own name if it can go one way or another', () => {
    const files = present(/^(medallion|operations|orchestrations|functions)\/.*\.ts$/);
    const branching = files.filter((file) => hasBranch(read(file)));
    expect(branching.length).toBeGreaterThan(60);
    const untested = branching.filter((file) => !withoutTest.has(file) && !existsSync(path.join(root, mirrorOf(file))));
    expect(untested).toEqual([]);
  });

  it('is there for each test of its name', () => {
    const tests = present(/^tests\/(medallion|operations|orchestrations|functions)\/.*\.test\.ts$/);
    const orphaned = tests.filter((test) => !existsSync(path.join(root, test.slice(6).replace('.test.ts', '.ts'))));
    expect(orphaned).toEqual([]);
  });
});

const mirrorOf = (file: string) => `tests/${file.replace(/\.ts$/, '.test.ts')}`;

describe('an orchestrator', () => {
  it('sees nothing that would answer differently in a replay', () => {
    const forbidden = /\b(Date\.now|new Date\(\)|Math\.random|process\.env|setTimeout|randomUUID|fetch\(|await )/;
    const orchestrators = present(/^orchestrations\/[a-z-]+\.ts$/).filter((file) => read(file).includes('function*'));
    expect(orchestrators.length).toBeGreaterThanOrEqual(4);
    expect(orchestrators.filter((file) => forbidden.test(read(file)))).toEqual([]);
  });

  it('is registered under the name of its file', () => {
    const registered = read('functions/register.ts');
    for (const file of ['pipeline', 'reprocess', 'run-batch', 'promote-layer', 'wait-for-job']) {
      const name = file.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      expect(read(`orchestrations/${file}.ts`)).toContain(`export function* ${name}(`);
      expect(registered).toContain(name);
    }
  });
});

describe('an activity', () => {
  it('is named after its file, and registered', () => {
    const registered = read('functions/register.ts');
    for (const file of present(/^orchestrations\/activities\/.*\.ts$/)) {
      const name = path.basename(file, '.ts').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      expect(read(file), file).toContain(`name: '${name}'`);
      expect(registered).toMatch(new RegExp(`^ {4}${name},$`, 'm'));
    }
  });
});

describe('a contract', () => {
  it('has at least two rules for each table that is built, each named once and with a reason', async () => {
    const { tables } = await readContracts(path.join(root, 'contracts'));
    for (const { layer, rowRules, table, tableRules } of tables) {
      const rules = [...rowRules, ...tableRules];
      if (layer !== 'ops') expect(rules.length, table).toBeGreaterThanOrEqual(2);
      expect(new Set(rules.map(({ name }) => name)).size, table).toBe(rules.length);
      for (const { reason } of rules) expect(reason.length, table).toBeGreaterThan(10);
    }
  });
});

describe('the lock file', () => {
  it('names no place to download from', () => {
    expect(read('package-lock.json')).not.toContain('"resolved": "http');
  });
});
