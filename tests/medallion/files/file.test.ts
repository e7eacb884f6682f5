import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileIdOf, placeOf } from '../../../medallion/files/file.ts';

const datasets = ['gym_logins', 'registered_users'];
const file = { path: 'gym_logins/1.csv', length: 10, isDirectory: false };

describe('fileIdOf', () => {
  it('gives the same id to the same content of the same path, quoted or not', () => {
    expect(fileIdOf({ path: 'a/b', etag: '"0x1"' })).toBe(fileIdOf({ path: 'a/b', etag: '0x1' }));
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
          expect(fileIdOf({ path: p, etag: e })).not.toBe(fileIdOf({ path: q, etag: f }));
        },
      ),
    );
  });
});

describe('placeOf', () => {
  it('finds the dataset in the first folder', () => {
    expect(placeOf({ ...file, path: 'gym_logins/2026/01/1.csv' }, datasets)).toEqual({
      kind: 'dataset',
      dataset: 'gym_logins',
    });
  });

  it.for([
    { title: 'a directory', landed: { ...file, isDirectory: true }, because: 'It is a directory.' },
    { title: 'an empty file', landed: { ...file, length: 0 }, because: 'It is empty.' },
    {
      title: 'a file outside every folder',
      landed: { ...file, path: '1.csv' },
      because: 'It lies outside every dataset folder.',
    },
    {
      title: 'an unknown dataset',
      landed: { ...file, path: 'gym_login/1.csv' },
      because: "'gym_login' is not a known dataset; known are gym_logins, registered_users.",
    },
  ])('ignores $title with the reason', ({ because, landed }) => {
    expect(placeOf(landed, datasets)).toEqual({ kind: 'ignored', because });
  });
});
