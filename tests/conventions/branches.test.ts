import { expect, it } from 'vitest';
import { hasBranch } from './branches.ts';

it.for([
  'if (a) b();',
  'const a = b ? c : d;',
  'const a = b ?? c;',
  'const a = b && c();',
  'const a = () => b || c;',
  'switch (a) { default: }',
  'try { a(); } catch (error) { throw error; }',
  'while (a) b();',
  'do a(); while (b);',
  'for (let a = 0; a < 2; a++) b();',
  'const a = () => [() => (b ? c : d)];',
])('there is a branch in: %s', (text) => {
  expect(hasBranch(text)).toBe(true);
});

it.for([
  "import { a } from './a.ts';",
  'interface A { readonly b?: string }',
  'type A = B extends C ? D : E;',
  "const a = '? ??'; // if (b) c();",
  'for (const a of b) c(a);',
  'const a = b?.c;',
])('there is no branch in: %s', (text) => {
  expect(hasBranch(text)).toBe(false);
});
