import { describe, expect, it } from 'vitest';
import { LandingZoneWriter } from '../../bench/campaign/landing-zone-writer.ts';
import { createRandom } from '../../bench/campaign/random.ts';
import { createTestLake, getError } from '../emulators/adls/test-lake.ts';

const lake = createTestLake();
const createWriter = () =>
  new LandingZoneWriter('s1', { random: createRandom(1), countContent: () => 1, getZone: lake.fileSystem });
const getBlob = (path: string) => lake.container().getBlobClient(path);

describe('a sender', () => {
  it('copies a file, and remembers what the copy may hold', async () => {
    const writer = createWriter();
    await writer.land('aside/1.csv', 'abc');
    await writer.copy('aside/1.csv', 'gym_logins/s1/1.csv');

    expect((await getBlob('gym_logins/s1/1.csv').downloadToBuffer()).toString()).toBe('abc');
    expect(writer.contents.get('gym_logins/s1/1.csv')).toEqual([Buffer.from('abc')]);
    expect(writer.choosePath()).toMatch(/1\.csv$/);
  });

  it('lands what nobody can read, and archives what has landed', async () => {
    const writer = createWriter();
    await writer.landInArchive('gym_logins/s1/2.csv', 'abc');
    await writer.land('gym_logins/s1/3.csv', 'abc');
    await writer.archive('gym_logins/s1/3.csv');
    await writer.archive('gym_logins/s1/gone.csv');

    for (const n of [2, 3])
      expect(await getError(getBlob(`gym_logins/s1/${n}.csv`).download())).toMatchObject({ code: 'BlobArchived' });
  });
});
