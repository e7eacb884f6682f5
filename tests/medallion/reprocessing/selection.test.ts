import { describe, expect, it } from 'vitest';
import { createFileFilter, FileSelection, Selection } from '../../../medallion/reprocessing/selection.ts';
import { aFile } from '../../support/a-file.ts';
import { batch } from '../../support/samples.ts';

const file = aFile('gym_logins/2026/a.csv', {
  batch,
  release: 'r-1',
  status: 'blocked',
  violations: { gym_missing: 2 },
  lastModified: '2026-01-05T10:00:00Z',
});

const conditions: { title: string; meets: FileSelection; misses: FileSelection }[] = [
  { title: 'ids', meets: { files: [file.file] }, misses: { files: ['0'.repeat(32)] } },
  { title: 'a dataset', meets: { dataset: 'gym_logins' }, misses: { dataset: 'bpm_export' } },
  { title: 'a path', meets: { path: 'gym_logins/2026' }, misses: { path: 'gym_logins/2025' } },
  { title: 'a glob', meets: { path: 'gym_logins/**.csv' }, misses: { path: 'gym_logins/*.csv' } },
  {
    title: 'when it landed',
    meets: { landed: { from: '2026-01-05T10:00:00Z', to: '2026-01-06T00:00:00Z' } },
    misses: { landed: { to: '2026-01-05T10:00:00Z' } },
  },
  { title: 'a batch', meets: { batch }, misses: { batch: batch.replace(/.$/, '0') } },
  { title: 'a status', meets: { status: 'blocked' }, misses: { status: 'failed' } },
  { title: 'a broken rule', meets: { rule: 'gym_missing' }, misses: { rule: 'login_missing' } },
  { title: 'a release', meets: { release: 'r-1' }, misses: { release: 'r-2' } },
];

describe('a selection of files', () => {
  it.for(conditions)('goes by $title', ({ meets, misses }) => {
    expect(createFileFilter(FileSelection.parse(meets))(file)).toBe(true);
    expect(createFileFilter(FileSelection.parse(misses))(file)).toBe(false);
  });

  it('goes by the times of events, which lie in rows', () => {
    const isSelected = createFileFilter({ eventTime: { from: '2026-01-01T00:00:00Z' } }, new Set([file.file]));
    expect(isSelected(file)).toBe(true);
    expect(isSelected(aFile('gym_logins/b'))).toBe(false);
  });

  it('has to meet all of them', () => {
    expect(createFileFilter({ dataset: 'gym_logins', status: 'failed' })(file)).toBe(false);
  });

  it.for([
    ['no condition', {}],
    ['an unknown condition', { colour: 'red' }],
    ['a span that ends before it begins', { landed: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } }],
    ['a span without ends', { landed: {} }],
    ['files that are on their way already', { status: 'pending' }],
    ['a rule that is more than a name', { rule: "x' OR 1=1" }],
    ['more files than a request may list', { files: Array.from({ length: 1001 }, () => file.file) }],
  ] as const)('is not made of %s', ([, files]) => {
    expect(Selection.safeParse({ files }).success).toBe(false);
  });

  it('is one of three kinds', () => {
    expect(Selection.safeParse({ layer: 'silver' }).success).toBe(true);
    expect(Selection.safeParse({ definitionChanged: true }).success).toBe(true);
    expect(Selection.safeParse({ layer: 'bronze' }).success).toBe(false);
    expect(Selection.safeParse({ layer: 'silver', definitionChanged: true }).success).toBe(false);
  });
});
