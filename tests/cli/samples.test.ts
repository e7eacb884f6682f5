import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSamples } from '../../cli/samples.ts';
import { root } from '../support/root.ts';

const project = mkdtempSync(path.join(tmpdir(), 'samples-'));

describe('the samples of a project', () => {
  it('are none where there is no folder of them', () => {
    expect(readSamples(project)).toEqual([]);
  });

  it('land in the folder of their dataset, the largest first, unpacked', () => {
    const large = Buffer.from('large\n'.repeat(100));
    const files = { 'orders/b.csv': 'b', 'orders/large.json.gz': gzipSync(large), 'people/a.csv': 'a' };
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(path.join(project, 'samples', path.dirname(file)), { recursive: true });
      writeFileSync(path.join(project, 'samples', file), content);
    }
    expect(readSamples(project)).toEqual([
      { path: 'orders/large.json', content: large },
      { path: 'orders/b.csv', content: Buffer.from('b') },
      { path: 'people/a.csv', content: Buffer.from('a') },
    ]);
  });

  it('are of fitness the files of set 1, to the byte: results and figures are compared with earlier ones', () => {
    const samples = readSamples(path.join(root, 'projects/fitness'));
    const digest = createHash('sha256');
    for (const { content, path: file } of samples) digest.update(`${file} ${content.length}\n`).update(content);
    expect(samples).toHaveLength(6);
    expect(digest.digest('hex')).toBe('c03c88a8b7f954027874383aa6d9ce3c175e864f3bcda0b38aa01fb38c5bd156');
  });
});
