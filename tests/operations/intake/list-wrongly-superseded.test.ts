import { describe, expect, it } from 'vitest';
import { formatManifest, manifestPath } from '../../../medallion/files/manifest.ts';
import { listWronglySuperseded } from '../../../operations/intake/list-wrongly-superseded.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const file = aFile('users/1.csv');
const counts = { lines: 0, blank: 0, accepted: 0, quarantinedLines: 0 };

function list(outcome: 'loaded' | 'superseded', etagNow: string | undefined) {
  const { dataset, etag, file: id, lastModified, length, path } = file;
  const line = { batch, file: id, dataset, path, etag, length, lastModified, replaces: null };
  const landed = etagNow === undefined ? [] : [{ ...getProperties(file), etag: etagNow }];
  const ports = createFakePorts({ landed, texts: { [manifestPath(batch)]: formatManifest([line]) } });
  return listWronglySuperseded(ports, {
    batch,
    layer: 'bronze',
    tables: [],
    files: [{ file: id, outcome, ...counts }],
  });
}

describe('listWronglySuperseded', () => {
  it('names a file that was not loaded although it is what was listed', async () => {
    expect(await list('superseded', file.etag)).toEqual([file.path]);
  });

  it('names none that was loaded, is gone, or has another content by now', async () => {
    expect(await list('loaded', file.etag)).toEqual([]);
    expect(await list('superseded', undefined)).toEqual([]);
    expect(await list('superseded', '0x2')).toEqual([]);
  });
});
