import { expect, it } from 'vitest';
import { findPacking } from './packing.ts';
import { findPlaces, listCode } from './sources.ts';

it('code is not packed into fewer lines', () => {
  expect(findPlaces(listCode(), findPacking)).toEqual([]);
});

it.for([
  ['const a = { ...{ b, c }, d };', '1: ...{ b, c }'],
  ['const a = [\n  ...[b, c],\n  d,\n];', '2: ...[b, c]'],
  ['const [a, b] = [c, d];', '1: [a, b] = [c, d]'],
  ['let [a, b] = [c, d] as [string, string];', '1: [a, b] = [c, d] as [string, string]'],
  ['const { a } = { a: b };', '1: { a } = { a: b }'],
] as [string, string][])('%s is packed', ([text, place]) => {
  expect(findPacking(text)).toEqual([place]);
});

it.for([
  'const a = { ...b, ...(c ? { d } : {}) };',
  'const [a, b] = await Promise.all([c, d]);',
  'f(...[a, b]);',
  'const [a = 1] = b;',
  'const { a } = { ...b, ...c };',
])('%s is not packed', (text) => {
  expect(findPacking(text)).toEqual([]);
});
