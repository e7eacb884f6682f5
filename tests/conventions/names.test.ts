import { describe, expect, it } from 'vitest';
import { findPoorNames } from './names.ts';
import { findPlaces, listCode } from './sources.ts';

const files = listCode().filter((file) => !file.startsWith('tests/'));

it('all code but the tests is read', () => {
  expect(files.length).toBeGreaterThan(250);
});

describe('a name', () => {
  it('says what a function does, and what a variable holds', () => {
    expect(findPlaces(files, findPoorNames)).toEqual([]);
  });

  it.for([
    ['function keysIn() {}', ['1: keysIn']],
    ['export const schemaOf = () => 1;', ['1: schemaOf']],
    ['export const rowsFrom = function () {};', ['1: rowsFrom']],
    ['const found = 1;\nfunction parse(given: string) {}', ['1: found', '2: given']],
    ['a.map((each) => each);\na.map(({ name: some }) => some);', ['1: each', '2: some']],
    ['function f() {\n  const mostFiles = 1;\n}', ['2: mostFiles']],
  ] as [string, string[]][])('is found poor in: %s', ([text, names]) => {
    expect(findPoorNames(text)).toEqual(names);
  });

  it.for([
    'function createStepsFrom() {}',
    'export const maxFiles = 1;',
    'const almostDone = 1;',
    'interface Result { readonly found: string }',
    'function f() {\n  const isIn = () => 1;\n}',
  ])('is left alone in: %s', (text) => {
    expect(findPoorNames(text)).toEqual([]);
  });
});
