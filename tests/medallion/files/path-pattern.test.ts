import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPathMatcher, PathPattern } from '../../../medallion/files/path-pattern.ts';

const rejected = [
  ['an empty one', ''],
  ['the folder above', '../secrets'],
  ['the folder above, further on', 'gym_logins/../../secrets'],
  ['this folder', 'gym_logins/./a'],
  ['an encoded dot', 'gym_logins/%2e%2e/a'],
  ['an encoded slash', 'gym_logins%2fa'],
  ['a backslash', 'gym_logins\\..\\a'],
  ['an absolute path', '/etc/passwd'],
  ['an address', 'https://elsewhere.example/a'],
  ['an address without a scheme', '//elsewhere.example/a'],
  ['an empty folder', 'gym_logins//a'],
  ['a line break', 'gym_logins/a\nb'],
  ['a null character', 'gym_logins/a\u0000'],
  ['a tilde', '~/a'],
  ['a full-width dot', 'gym_logins/\uff0e\uff0e/a'],
  ['one of nine stars', 'a*'.repeat(9)],
  ['a very long one', `gym_logins/${'a'.repeat(600)}`],
] as const;

describe('a path pattern', () => {
  it.for(rejected)('is not %s', ([, path]) => {
    expect(PathPattern.safeParse(path).success).toBe(false);
  });

  it('never leads out of the folder it begins with, whatever is written', () => {
    const letters = fc.constantFrom(...'abc/._-*?%\\:~\u0000\n ');
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 40 }), (text) => {
        if (!PathPattern.safeParse(text).success) return;
        const resolved = new URL(text, 'http://zone/landing/');
        expect(resolved.host).toBe('zone');
        expect(resolved.pathname.startsWith('/landing/')).toBe(true);
        expect([...text].every((letter) => letter >= ' ' && !'%\\:~'.includes(letter))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

const cases = [
  { pattern: 'gym_logins/2026', path: 'gym_logins/2026/a.csv', isMatch: true },
  { pattern: 'gym_logins/2026', path: 'gym_logins/2025/a.csv', isMatch: false },
  { pattern: 'gym_logins/*.csv', path: 'gym_logins/a.csv', isMatch: true },
  { pattern: 'gym_logins/*.csv', path: 'gym_logins/2026/a.csv', isMatch: false },
  { pattern: 'gym_logins/**.csv', path: 'gym_logins/2026/a.csv', isMatch: true },
  { pattern: 'gym_logins/*****.csv', path: 'gym_logins/2026/a.csv', isMatch: true },
  { pattern: '**/a.csv', path: 'gym_logins/2026/a.csv', isMatch: true },
  { pattern: 'gym_logins/?.csv', path: 'gym_logins/a.csv', isMatch: true },
  { pattern: 'gym_logins/?.csv', path: 'gym_logins/ab.csv', isMatch: false },
  { pattern: 'a.c*', path: 'abc', isMatch: false },
  { pattern: "gym_logins/100?25 #1;o'neil & co+.csv", path: "gym_logins/100%25 #1;o'neil & co+.csv", isMatch: true },
  { pattern: 'gym_logins/größe [1].csv', path: 'gym_logins/größe [1].csv', isMatch: true },
];

describe('createPathMatcher', () => {
  it.for(cases)('$pattern and $path: $isMatch', ({ isMatch, path, pattern }) => {
    expect(createPathMatcher(PathPattern.safeParse(pattern).data ?? pattern)(path)).toBe(isMatch);
  });

  it('matches what a regular expression would', () => {
    const toExpression = (pattern: string) =>
      pattern.replaceAll(/\*+|\?/g, (piece) => (piece === '?' ? '[^/]' : piece === '*' ? '[^/]*' : '.*'));
    const letters = fc.constantFrom(...'ab/*?');
    const patterns = fc.string({ unit: letters, minLength: 1, maxLength: 12 }).filter((text) => /[*?]/.test(text));
    const paths = fc.string({ unit: fc.constantFrom(...'ab/'), maxLength: 12 });
    fc.assert(
      fc.property(patterns, paths, (pattern, path) => {
        const isMatch = new RegExp(`^${toExpression(pattern)}$`).test(path);
        expect(createPathMatcher(pattern)(path), `${pattern} ${path}`).toBe(isMatch);
      }),
      { numRuns: 5000 },
    );
  });

  it('walks 1,000 long paths in a moment, with the worst pattern that is allowed', () => {
    const pattern = PathPattern.parse(`${'**a'.repeat(8)}${'?'.repeat(400)}b`);
    expect(PathPattern.safeParse('**a'.repeat(160)).success).toBe(false);
    const matches = createPathMatcher(pattern);
    const startedAt = performance.now();
    for (let page = 0; page < 1000; page++) expect(matches('a'.repeat(1000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
