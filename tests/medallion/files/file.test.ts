import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDestination, toFileId } from '../../../medallion/files/file.ts';

const datasets = ['gym_logins', 'registered_users'];
const file = { path: 'gym_logins/1.csv', length: 10, isDirectory: false };

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
    expect(findDestination({ ...file, path: 'gym_logins/2026/01/1.csv' }, datasets)).toEqual({
      kind: 'dataset',
      dataset: 'gym_logins',
    });
  });

  it.for([
    { title: 'a directory', landed: { ...file, isDirectory: true }, reason: 'It is a directory.' },
    ...['_visits.csv', '.visits.csv'].map((name) => ({
      title: `a file at work, '${name}'`,
      landed: { ...file, path: `gym_logins/a/${name}` },
      reason: "Its name begins with '.' or '_', as names of files at work do.",
    })),
    { title: 'an empty file', landed: { ...file, length: 0 }, reason: 'It is empty.' },
    {
      title: 'a file outside every folder',
      landed: { ...file, path: '1.csv' },
      reason: 'It lies outside every dataset folder.',
    },
    {
      title: 'an unknown dataset',
      landed: { ...file, path: 'gym_login/1.csv' },
      reason: "'gym_login' is not a known dataset; known are gym_logins, registered_users.",
    },
  ])('ignores $title with the reason', ({ reason, landed }) => {
    expect(findDestination(landed, datasets)).toEqual({ kind: 'ignored', reason });
  });
});
