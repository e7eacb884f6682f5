import { expect, it } from 'vitest';
import { listRecentFolders } from '../../../medallion/files/recent-folders.ts';

it('are those of today and of yesterday, as the pattern writes them', () => {
  const now = new Date('2026-03-01T00:30:00Z');
  expect(listRecentFolders('yyyy/MM/dd', now)).toEqual(['2026/03/01', '2026/02/28']);
  expect(listRecentFolders('yyyy-MM-dd', now)).toEqual(['2026-03-01', '2026-02-28']);
});
