import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root, sources } from './sources.ts';

const jobs = sources(/^spark\/.*\.py$/).map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));

it('reads the sources of the jobs', () => {
  expect(jobs.length).toBeGreaterThan(30);
});

it.each([
  ['a setting that is asked for, which serverless compute refuses', /conf\.get\b/],
  ['a file that is renamed, which a volume cannot do', /os\.replace|os\.rename|\.rename\(|os\.link|\.symlink_to\(/],
  [
    'a file that is opened to append or to change, which a volume cannot do',
    /open\([^)\n]*["'][rwbt]*[a+][rwbt+]*["']/,
  ],
])('finds no %s', (_, pattern) => {
  expect(jobs.filter(({ text }) => pattern.test(text)).map(({ file }) => file)).toEqual([]);
});
