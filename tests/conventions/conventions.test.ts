import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContracts } from '../../cloud/project-files.ts';
import { hasBranch } from './branches.ts';
import { root, sources } from './sources.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const lines = (file: string) => read(file).trimEnd().split('\n').length;
const present = (pattern: RegExp) => sources(pattern).filter((file) => existsSync(path.join(root, file)));

/** The wiring of the app, which every end-to-end test tests. */
const withoutTest = new Set(['functions/main.ts']);

describe('a file', () => {
  // The linter counts the lines of TypeScript, and of each function in it.
  it('has at most 250 lines', () => {
    const long = present(/\.(js|py)$/).filter((file) => lines(file) > 250);
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

const toName = (file: string) =>
  path.basename(file, '.ts').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What is imported from a folder, by the path under which it is. */
function listImports(file: string, folder: string): string[] {
  const imports = read(file).matchAll(new RegExp(`^import .* from '${folder}/([a-z-]+)\\.ts';$`, 'gm'));
  return [...imports].map(([, name = '']) => name);
}

const orchestrators = present(/^orchestrations\/[a-z-]+\.ts$/).filter((file) =>
  read(file).includes(`export function* ${toName(file)}(`),
);
const activities = present(/^orchestrations\/activities\/.*\.ts$/);

describe('an orchestrator', () => {
  it('sees nothing that would answer differently in a replay', () => {
    const forbidden = /\b(Date\.now|new Date\(\)|Math\.random|process\.env|setTimeout|randomUUID|fetch\(|await )/;
    const generators = present(/^orchestrations\/[a-z-]+\.ts$/).filter((file) => read(file).includes('function*'));
    expect(generators.length).toBeGreaterThan(orchestrators.length);
    expect(generators.filter((file) => forbidden.test(read(file)))).toEqual([]);
  });

  it('is registered under the name of its file', () => {
    expect(orchestrators).toHaveLength(8);
    const registered = /^const orchestrations = \[([\s\S]*?)\];$/m.exec(read('functions/register.ts'))?.[1] ?? '';
    expect(registered.match(/\w+/g)?.sort()).toEqual(orchestrators.map(toName).sort());
  });
});

describe('an activity', () => {
  it('is named after its file, and registered', () => {
    const registered = /^const activities = \[([\s\S]*?)\];$/m.exec(read('functions/register.ts'))?.[1] ?? '';
    expect(registered.match(/\w+/g)?.sort()).toEqual(activities.map(toName).sort());
    for (const file of activities) expect(read(file), file).toContain(`name: '${toName(file)}'`);
  });

  it('is called by an orchestrator: whatever else needs its work calls the operation', () => {
    const calls = orchestrators.flatMap((file) =>
      listImports(file, './activities').filter((name) =>
        new RegExp(`\\bcall(All)?\\(context, ${toName(name)},`).test(read(file)),
      ),
    );
    const called = new Set(calls.map(toName));
    expect(activities.map(toName).filter((name) => !called.has(name))).toEqual([]);
  });

  it('is imported by orchestrators and by the register alone', () => {
    const app = present(/^(functions|operations|medallion|cloud|orchestrations)\/.*\.ts$/);
    const importing = app.filter((file) => /from '\.{1,2}\/(\w+\/)*activities\//.test(read(file)));
    expect(importing.filter((file) => !orchestrators.includes(file))).toEqual(['functions/register.ts']);
  });
});

describe('a contract', () => {
  it('has at least two rules for each table that is built, each named once and with a reason', async () => {
    const { tables } = await readContracts(root, 'projects/fitness');
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
