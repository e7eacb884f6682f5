import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDestination, findReasonToIgnore, toFileId } from '../../../medallion/files/file.ts';

const datasets = ['gym_logins', 'registered_users'];

describe('toFileId', () => {
  it('gives the same id to the same content of the same path, quoted or not', () => {
    expect(toFileId({ path: 'a/b', etag: '"0x1"' })).toBe(toFileId({ path: 'a/b', etag: '0x1' }));
  });

  it('gives another id to another path or another content', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.stringMatching(/^[0-9a-f]+$/),
        fc.string(),
        fc.stringMatching(/^[0-9a-f]+$/),
        (p, e, q, f) => {
          fc.pre(p !== q || e !== f);
          expect(toFileId({ path: p, etag: e })).not.toBe(toFileId({ path: q, etag: f }));
        },
      ),
    );
  });
});

describe('findDestination', () => {
  it('finds the dataset in the first folder', () => {
    expect(findDestination('gym_logins/2026/01/1.csv', datasets)).toEqual({ kind: 'dataset', dataset: 'gym_logins' });
  });

  it.for([
    ...['_visits.csv', '.visits.csv'].map((name) => ({
      title: `a file at work, '${name}'`,
      path: `gym_logins/a/${name}`,
      reason: "Its name begins with '.' or '_', as names of files at work do.",
    })),
    { title: 'a file outside every folder', path: '1.csv', reason: 'It lies outside every dataset folder.' },
    {
      title: 'an unknown dataset',
      path: 'gym_login/1.csv',
      reason: "'gym_login' is not a known dataset; known are gym_logins, registered_users.",
    },
  ])('ignores $title with the reason', ({ reason, path }) => {
    expect(findDestination(path, datasets)).toEqual({ kind: 'ignored', reason });
  });
});

describe('findReasonToIgnore', () => {
  it('ignores directories, and an empty file where nothing was loaded', () => {
    expect(findReasonToIgnore({ isDirectory: true, length: 0 }, true)).toBe('It is a directory.');
    expect(findReasonToIgnore({ isDirectory: false, length: 0 }, false)).toBe('It is empty.');
  });

  it('takes a file with bytes, and one that was emptied', () => {
    expect(findReasonToIgnore({ isDirectory: false, length: 5 }, false)).toBeUndefined();
    expect(findReasonToIgnore({ isDirectory: false, length: 0 }, true)).toBeUndefined();
  });
});
