import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readContracts, readSourceHashes } from '../../cloud/contract-files.ts';
import {
  computeHashes,
  parseResults,
  SharedCodeMovedError,
  sourceHashesText,
} from '../../tools/generate/source-hashes.ts';
import { everySyntax } from './every-syntax.ts';
import { copyOfSources, edited, editFile, files, pythonsHere, root, tables, withPackage } from './python-package.ts';

type Files = Readonly<Record<string, string>>;

const hashesOf = (content: Files, python?: string) =>
  withPackage(content, (folder) => computeHashes(folder, tables, python));
const before = hashesOf(files);

/** What has another hash than before. */
function movedBy(content: Files): string[] {
  const after = hashesOf(content);
  const moved = tables.filter((table) => after.tables[table] !== before.tables[table]);
  return after.shared === before.shared ? moved : ['shared', ...moved];
}

const harmless: Record<string, Files> = {
  'a comment': edited('gold/visits.py', 'return rows', '# Twice, because.\n    return rows'),
  'a comment in shared code': edited('shared/load.py', 'def', '# Loads.\ndef'),
  'another docstring': edited('silver/users.py', 'One row per user.', 'Users.'),
  'no docstring': edited('silver/users.py', '    """One row per user."""\n', ''),
  'a docstring of a module': edited('gold/band.py', 'def', '"""Bands of ages."""\n\n\ndef'),
  'a docstring of a package': edited('__init__.py', 'A package.', 'The package.'),
  'a line break': edited('gold/visits.py', 'rows * 2', '(\n        rows\n        * 2\n    )'),
  'another line end': edited('gold/band.py', ':\n', ':\r\n'),
  'other quotes': edited('silver/users.py', '"a"', "'a'"),
  'the full name in an import': edited('gold/ages.py', 'from .band', 'from fitness.gold.band'),
  'a module that nobody imports': { ...files, 'gold/unused.py': 'x = 1\n' },
};

const moving: Record<string, [Files, string[]]> = {
  'an operator of a table': [edited('gold/visits.py', '*', '+'), ['gold.visits']],
  'an operator of what one table needs': [edited('gold/band.py', '<', '<='), ['gold.ages']],
  'an operator of shared code': [edited('shared/load.py', '>', '>='), ['shared']],
  'a text': [edited('silver/users.py', '"a"', '"b"'), ['silver.users']],
  'the type of a number': [edited('gold/visits.py', '2', '2.0'), ['gold.visits']],
  'code of a package': [edited('shared/__init__.py', '', 'x = 1\n'), ['shared']],
  'a name that is taken from another file': [edited('jobs/bronze.py', 'shared.load', 'shared.save'), ['shared']],
};

describe('a hash', () => {
  it.for(Object.entries(harmless))('stays with %s', ([, content]) => {
    expect(movedBy(content)).toEqual([]);
  });

  it.for(Object.entries(moving))('moves with %s, and no other does', ([, [content, moved]]) => {
    expect(movedBy(content)).toEqual(moved);
  });

  it('knows no name of a shared file', () => {
    const { 'shared/load.py': load, 'shared/save.py': save, ...others } = files;
    const renamed = {
      ...others,
      'jobs/bronze.py': files['jobs/bronze.py'].replace('..shared.load', '..zeal.a_load'),
      'silver/promotion.py': files['silver/promotion.py'].replace('shared import save', 'zeal import z_save as save'),
      'zeal/__init__.py': '',
      'zeal/a_load.py': load,
      'zeal/z_save.py': save,
    };
    expect(movedBy(renamed)).toEqual([]);
  });

  it('is refused to a table without a module, by name', () => {
    const { 'gold/visits.py': _, ...others } = files;
    expect(() => hashesOf(others)).toThrow("Module 'gold/visits' is not in");
  });
});

describe('the versions of Python', () => {
  const pythons = [...pythonsHere()];
  const all = { ...files, 'gold/visits.py': everySyntax };

  it('are there, one at least', () => {
    expect(pythons.length).toBeGreaterThan(0);
  });

  it.for(pythons)('hash alike on %s, and as those elsewhere', ([, python]) => {
    expect(hashesOf(all, python)).toEqual({
      shared: 'c4e89cacfd17ab8e',
      tables: {
        'gold.ages': '3be7605ecc6eeda4',
        'gold.visits': '0f59915119ef4e8d',
        'silver.users': '9fec440fa04e6b7e',
      },
    });
  });

  it.for(pythons)('find the committed hashes on %s', async ([, python]) => {
    const { engine: _, ...committed } = await readSourceHashes(path.join(root, 'spark/source-hashes.json'));
    const sources = path.join(root, 'spark/src/medallion_fitness');
    expect(computeHashes(sources, Object.keys(committed.tables), python)).toEqual(committed);
  });

  it('are wanted by name when there is none', () => {
    expect(() => hashesOf(files, 'python-of-nobody')).toThrow(/'python-of-nobody' does not start.*MEDALLION_PYTHON/);
  });
});

describe('the file of the hashes', async () => {
  const built = (await readContracts(path.join(root, 'contracts'))).tables
    .filter(({ layer }) => layer !== 'ops')
    .map(({ table }) => table);
  let copy: string;
  beforeEach(() => {
    copy = copyOfSources();
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  const edit = (file: string, from: string, to: string) =>
    editFile(path.join(copy, 'spark/src/medallion_fitness', file), from, to);
  const kept = () => readSourceHashes(path.join(copy, 'spark/source-hashes.json'));
  const derived = async (...flags: string[]) => JSON.parse(await sourceHashesText(copy, built, parseResults(flags)));

  it('is what the sources say, with a hash for each table above bronze', async () => {
    const text = await sourceHashesText(copy, built);
    expect(text).toBe(readFileSync(path.join(copy, 'spark/source-hashes.json'), 'utf8'));
    expect(Object.keys((await kept()).tables)).toEqual(built.filter((table) => !table.startsWith('bronze.')).sort());
  });

  it('follows an edit of one table by itself', async () => {
    edit('gold/age.py', 'years < below', 'years <= below');
    const { tables: was, ...shared } = await kept();
    const { tables: is, ...after } = await derived();
    expect(after).toEqual(shared);
    expect(Object.keys(is).filter((table) => is[table] !== was[table])).toEqual(['gold.workout_bpm_summary']);
  });

  it('is not written when shared code has moved, until somebody says what comes out of it', async () => {
    edit('delta/reconcile.py', ' + ', ' - ');
    const { engine, shared, tables: own } = await kept();
    await expect(derived()).rejects.toThrow(SharedCodeMovedError);
    await expect(derived()).rejects.toThrow(new RegExp(`'${shared}'.*--same-results.*--new-results`, 's'));

    const same = await derived('--same-results');
    expect(same).toEqual({ engine, shared: expect.not.stringMatching(shared), tables: own });
    expect(await derived('--new-results')).toEqual({ ...same, engine: engine + 1 });
    await expect(derived('--same-results', '--new-results')).rejects.toThrow('Leave one of the flags out');
  });

  it('is missed when it is gone, because the engine number is nowhere else', async () => {
    rmSync(path.join(copy, 'spark/source-hashes.json'));
    await expect(derived('--new-results')).rejects.toThrow('Take it back from git');
  });
});
