import { expect, it } from 'vitest';
import {
  archivePath,
  formatArchive,
  getArchiveDay,
  isSettledSince,
  parseArchive,
} from '../../../medallion/files/archive.ts';
import { createBatchId } from '../../../medallion/files/manifest.ts';
import { aFile } from '../../support/a-file.ts';

const moment = new Date('2026-02-01T00:00:00Z');
const late = '2026-02-02T00:00:00Z';

it.for([
  ['published', {}, true],
  ['superseded', {}, true],
  ['quarantined', {}, true],
  ['ignored', {}, true],
  ['pending', {}, false],
  ['loading', {}, false],
  ['blocked', {}, false],
  ['failed', {}, false],
  ['published', { registeredAt: late }, false],
  ['published', { publishedAt: late }, false],
  ['published', { batch: createBatchId(new Date(late), '01234567') }, false],
  ['published', { batch: 'no batch' }, true],
] as const)('a file that is %s with %j is settled: %s', ([status, change, isSettled]) => {
  expect(isSettledSince(aFile('users/a', { status, ...change }), moment)).toBe(isSettled);
});

it('a part of the archive holds files as they were, and has a name of its own', () => {
  const files = [aFile('users/a', { reason: 'äöü\n', violations: { a: 1 } }), aFile('users/b')];
  const text = formatArchive(files);
  expect(text.split('\n')).toHaveLength(3);
  expect(parseArchive(text)).toEqual(files);
  const path = archivePath('users', getArchiveDay(aFile('users/a')), text);
  expect(path).toMatch(/^archive\/users\/2026-01-01-[0-9a-f]{12}\.jsonl\.gz$/);
  expect(archivePath('users', '2026-01-01', `${text}\n`)).not.toBe(path);
});
