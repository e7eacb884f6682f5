import { describe, expect, it } from 'vitest';
import { toFileId } from '../../../medallion/files/file.ts';
import {
  createBatchId,
  formatManifest,
  getBatchTime,
  type ManifestLine,
  manifestPath,
  parseManifest,
  reportFolder,
} from '../../../medallion/files/manifest.ts';
import { batch } from '../../support/samples.ts';

const line: ManifestLine = {
  batch,
  file: toFileId({ path: 'gym_logins/1.csv', etag: '0x1' }),
  dataset: 'gym_logins',
  path: 'gym_logins/1.csv',
  etag: '0x1',
  length: 12,
  lastModified: '2026-01-01T00:00:00Z',
  replaces: null,
};

describe('a batch', () => {
  it('tells its time in its id', () => {
    expect(getBatchTime(batch).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });

  it('sorts by age', () => {
    const later = createBatchId(new Date('2026-01-01T00:00:00.001Z'), '00000000-0000-4000-8000-000000000000');
    expect(later > batch).toBe(true);
  });

  it('has its manifest and reports under its own name', () => {
    expect(manifestPath(batch)).toBe(`manifests/2026-01-01/${batch}.jsonl`);
    expect(reportFolder(batch, 'silver')).toBe(`reports/${batch}/silver`);
  });
});

describe('a manifest', () => {
  it('reads back what was written', () => {
    expect(parseManifest(formatManifest([line, { ...line, replaces: line.file }]))).toEqual([
      line,
      { ...line, replaces: line.file },
    ]);
  });

  it('rejects a line that is not one', () => {
    expect(() => parseManifest('{"batch":"x"}\n')).toThrow();
  });
});
