import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readContracts, readEngineHash, readSourceHashes } from '../../cloud/project-files.ts';
import { computeHashes, hashSources, parseResults, SharedCodeMovedError } from '../../tools/generate/source-hashes.ts';
import { everySyntax } from './every-syntax.ts';
import { copyOfSources, edited, editFile, files, pythonsHere, root, tables, withPackages } from './python-package.ts';

type Files = Readonly<Record<string, string>>;

const hashesOf = (content: Files, python?: string) =>
  withPackages(content, (engine, project) => computeHashes(engine, project, tables, python));
const before = hashesOf(files);

/** What has another hash than before. */
function movedBy(content: Files): string[] {
  const after = hashesOf(content);
  const moved = tables.filter((table) => after.tables[table] !== before.tables[table]);
  return after.shared === before.shared ? moved : ['shared', ...moved];
}

const harmless: Record<string, Files> = {
  'a comment': edited('fitness/gold/visits.py', 'return rows', '# Twice, because.\n    return rows'),
  'a comment in shared code': edited('engine/shared/load.py', 'def', '# Loads.\ndef'),
  'another docstring': edited('fitness/silver/users.py', 'One row per user.', 'Users.'),
  'no docstring': edited('fitness/silver/users.py', '    """One row per user."""\n', ''),
  'a docstring of a module': edited('fitness/gold/band.py', 'def', '"""Bands of ages."""\n\n\ndef'),
  'a docstring of a package': edited('engine/__init__.py', 'A package.', 'The package.'),
  'a line break': edited('fitness/gold/visits.py', 'rows * 2', '(\n        rows\n        * 2\n    )'),
  'another line end': edited('fitness/gold/band.py', ':\n', ':\r\n'),
  'other quotes': edited('fitness/silver/users.py', '"a"', "'a'"),
  'the full name in an import': edited('fitness/gold/ages.py', 'from .band', 'from fitness.gold.band'),
  'a line break in a query': edited('fitness/gold/days.sql', 'visits\nFROM', 'visits FROM'),
  'a module that nobody imports': { ...files, 'fitness/gold/unused.py': 'x = 1\n' },
};

const moving: Record<string, [Files, string[]]> = {
  'an operator of a table': [edited('fitness/gold/visits.py', '*', '+'), ['gold.visits']],
  'an operator of what one table needs': [edited('fitness/gold/band.py', '<', '<='), ['gold.ages']],
  'an operator of shared code': [edited('engine/shared/load.py', '>', '>='), ['shared']],
  'a text': [edited('fitness/silver/users.py', '"a"', '"b"'), ['silver.users']],
  'the type of a number': [edited('fitness/gold/visits.py', '2', '2.0'), ['gold.visits']],
  'a word of a query': [edited('fitness/gold/days.sql', 'count(*)', 'count(day)'), ['gold.days']],
  'code of a package': [edited('engine/shared/__init__.py', '', 'x = 1\n'), ['shared']],
  'a name that is taken from another file': [edited('engine/jobs/bronze.py', 'shared.load', 'shared.save'), ['shared']],
};

describe('a hash', () => {
  it.for(Object.entries(harmless))('stays with %s', ([, content]) => {
    expect(movedBy(content)).toEqual([]);
  });

  it.for(Object.entries(moving))('moves with %s, and no other does', ([, [content, moved]]) => {
    expect(movedBy(content)).toEqual(moved);
  });

  it('knows no name of a shared file', () => {
    const { 'engine/shared/load.py': load, 'engine/shared/save.py': save, ...others } = files;
    const renamed = {
      ...others,
      'engine/jobs/bronze.py': files['engine/jobs/bronze.py'].replace('..shared.load', '..zeal.a_load'),
      'engine/jobs/silver.py': files['engine/jobs/silver.py'].replace(
        'shared import save',
        'zeal import z_save as save',
      ),
      'engine/zeal/__init__.py': '',
      'engine/zeal/a_load.py': load,
      'engine/zeal/z_save.py': save,
    };
    expect(movedBy(renamed)).toEqual([]);
  });

  it('is refused to a table without a module, by name', () => {
    const { 'fitness/gold/visits.py': _, ...others } = files;
    expect(() => hashesOf(others)).toThrow("Module 'gold/visits' is not in");
  });
});

describe('the versions of Python', () => {
  const pythons = [...pythonsHere()];
  const all = { ...files, 'fitness/gold/visits.py': everySyntax };

  it('are there, one at least', () => {
    expect(pythons.length).toBeGreaterThan(0);
  });

  it.for(pythons)('hash alike on %s, and as those elsewhere', ([, python]) => {
    expect(hashesOf(all, python)).toEqual({
      shared: 'ad7c9553b052caca',
      tables: {
        'gold.ages': '3be7605ecc6eeda4',
        'gold.days': '69e0353b235d7eb8',
        'gold.visits': '0f59915119ef4e8d',
        'silver.users': '9fec440fa04e6b7e',
      },
    });
  });

  it.for(pythons)('find the committed hashes on %s', async ([, python]) => {
    const { tables: committed } = await readSourceHashes(root, 'projects/fitness');
    const { shared } = await readEngineHash(root);
    const folders = ['spark/src/medallion_engine', 'projects/fitness'].map((folder) => path.join(root, folder));
    const [engine = '', project = ''] = folders;
    expect(computeHashes(engine, project, Object.keys(committed), python)).toEqual({ shared, tables: committed });
  });

  it('are wanted by name when there is none', () => {
    expect(() => hashesOf(files, 'python-of-nobody')).toThrow(/'python-of-nobody' does not start.*MEDALLION_PYTHON/);
  });
});

describe('the file of the hashes', async () => {
  const built = (await readContracts(root, 'projects/fitness')).tables
    .filter(({ layer }) => layer !== 'ops')
    .map(({ table }) => table);
  let copy: string;
  beforeEach(() => {
    copy = copyOfSources();
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  const edit = (file: string, from: string, to: string) => editFile(path.join(copy, file), from, to);
  const kept = async () => ({
    ...(await readEngineHash(copy)),
    ...(await readSourceHashes(copy, 'projects/fitness')),
  });
  const derived = (...flags: string[]) => hashSources(copy, 'projects/fitness', built, parseResults(flags));

  it('is what the sources say, with a hash for each table above bronze', async () => {
    expect(await derived()).toEqual(await kept());
    expect(Object.keys((await kept()).tables)).toEqual(built.filter((table) => !table.startsWith('bronze.')).sort());
  });

  it('follows an edit of one table by itself', async () => {
    edit('projects/fitness/gold/age.py', 'years < below', 'years <= below');
    const { tables: was, ...shared } = await kept();
    const { tables: is, ...after } = await derived();
    expect(after).toEqual(shared);
    expect(Object.keys(is).filter((table) => is[table] !== was[table])).toEqual(['gold.workout_bpm_summary']);
  });

  it('is not written when shared code has moved, until somebody says what comes out of it', async () => {
    edit('spark/src/medallion_engine/delta/reconcile.py', ' + ', ' - ');
    const { engine, shared, tables: own } = await kept();
    await expect(derived()).rejects.toThrow(SharedCodeMovedError);
    await expect(derived()).rejects.toThrow(new RegExp(`'${shared}'.*--same-results.*--new-results`, 's'));

    const same = await derived('--same-results');
    expect(same).toEqual({ engine, shared: expect.not.stringMatching(shared), tables: own });
    expect(await derived('--new-results')).toEqual({ ...same, engine: engine + 1 });
    await expect(async () => derived('--same-results', '--new-results')).rejects.toThrow('Leave one of the flags out');
  });

  it('is missed when it is gone, because the engine number is nowhere else', async () => {
    rmSync(path.join(copy, 'spark/source-hashes.json'));
    await expect(derived('--new-results')).rejects.toThrow('Take it back from git');
  });
});
