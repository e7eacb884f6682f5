import { describe, expect, it } from 'vitest';
import { reportFolder } from '../../../medallion/files/manifest.ts';
import { findOpenRemoval, isCovered, listLoadedBatches, readNewestCut } from '../../../operations/releases/read-cut.ts';
import { aFile } from '../../support/a-file.ts';
import { toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { storeFile } from '../../support/store-file.ts';

const batch = toBatch(1);
const unreleased = { batch, files: 1, datasets: ['bpm'] };
const versions = { 'bronze.bpm': 4 };
const tables = [{ table: 'bronze.bpm', version: 4, changed: true }];
const texts = {
  [`${reportFolder(batch, 'bronze')}/00000001.json`]: JSON.stringify({ batch, layer: 'bronze', tables }),
};

describe('listLoadedBatches', () => {
  it('reads the report of a batch once, and remembers its versions', async () => {
    const ports = createFakePorts({ texts });
    await ports.unreleasedBatches.save(unreleased);
    expect(await listLoadedBatches(ports)).toEqual([{ ...unreleased, versions }]);
    ports.texts.clear();
    expect(await listLoadedBatches(ports)).toEqual([{ ...unreleased, versions }]);
  });

  it('knows no versions of a batch that is not loaded yet', async () => {
    const ports = createFakePorts();
    await ports.unreleasedBatches.save(unreleased);
    expect(await listLoadedBatches(ports)).toEqual([unreleased]);
  });
});

describe('isCovered', () => {
  it('is true of a batch that is loaded and was read up to its end', () => {
    const cut = { versions: {}, covered: versions };
    expect(isCovered(cut, { ...unreleased, versions })).toBe(true);
    expect(isCovered(cut, { ...unreleased, versions: { 'bronze.bpm': 5 } })).toBe(false);
    expect(isCovered(cut, unreleased)).toBe(false);
  });
});

describe('findOpenRemoval', () => {
  const isIncluded = ({ versions: loaded }: { versions?: object | undefined }) => loaded !== undefined;

  it('names the batch that removes rows and is not in the release', async () => {
    const ports = createFakePorts({ texts: {} });
    await ports.unreleasedBatches.save({ ...unreleased, removals: 1 });
    expect(await findOpenRemoval(ports, isIncluded)).toContain(`'${batch}'`);
    for (const [path, text] of Object.entries(texts)) ports.texts.set(path, text);
    expect(await findOpenRemoval(ports, isIncluded)).toBeUndefined();
  });

  it('finds nothing where no batch removes anything', async () => {
    const ports = createFakePorts();
    await ports.unreleasedBatches.save(unreleased);
    expect(await findOpenRemoval(ports, isIncluded)).toBeUndefined();
  });

  it('names the file whose rows no batch removes yet', async () => {
    const ports = createFakePorts();
    const file = aFile('users/a');
    await storeFile(ports, file);
    await ports.files.exclude(file, 'Wrong.');
    expect(await findOpenRemoval(ports, isIncluded)).toContain("'users/a'");
  });
});

describe('readNewestCut', () => {
  it('puts together what the jobs of all layers wrote down', async () => {
    const toProgress = (layer: string, entry: object) => ({
      [`progress/${layer}/00000001.json`]: JSON.stringify({ layer, entries: [{ at: toTime(0), ...entry }] }),
    });
    const progress = {
      ...toProgress('bronze', { versions }),
      ...toProgress('silver', { versions: { 'silver.users': 2 }, read: versions }),
      ...toProgress('gold', { versions: { 'gold.summary': 7 }, read: { 'silver.users': 2 } }),
    };
    expect(await readNewestCut(createFakePorts({ texts: progress }))).toEqual({
      versions: { 'bronze.bpm': 4, 'silver.users': 2, 'gold.summary': 7 },
      covered: versions,
    });
    expect(await readNewestCut(createFakePorts())).toBeUndefined();
  });
});
