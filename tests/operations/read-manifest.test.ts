import { expect, it } from 'vitest';
import { formatManifest, manifestPath } from '../../medallion/files/manifest.ts';
import { listDatasets, readManifest } from '../../operations/read-manifest.ts';
import { aFile } from '../support/a-file.ts';
import { createFakePorts } from '../support/fake-ports.ts';
import { batch } from '../support/samples.ts';

const { file, path, etag, length, lastModified, dataset } = aFile('gym_logins/a');
const line = { batch, file, dataset, path, etag, length, lastModified, replaces: null };

it('readManifest gives the files of a batch, and none without a manifest', async () => {
  const ports = createFakePorts({ texts: { [manifestPath(batch)]: formatManifest([line]) } });
  expect(await readManifest(ports, batch)).toEqual([line]);
  expect(await readManifest(createFakePorts(), batch)).toEqual([]);
});

it('listDatasets names each dataset once, in order', () => {
  const files = ['gym_logins', 'bpm', 'gym_logins'].map((name) => ({ dataset: name }));
  expect(listDatasets(files)).toEqual(['bpm', 'gym_logins']);
});
