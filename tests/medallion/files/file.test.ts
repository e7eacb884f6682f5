import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileStatus, toFileId } from '../../../medallion/files/file.ts';
import { root } from '../../support/root.ts';

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

it('has a status that the documentation explains', () => {
  const page = readFileSync(path.join(root, 'docs/files.md'), 'utf8');
  const section = page.slice(page.indexOf('## What becomes of a file'), page.indexOf('## The file as a whole'));
  const explained = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, status]) => status);
  expect(explained).toEqual(FileStatus.options);
});
