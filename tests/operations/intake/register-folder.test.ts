import { afterEach, describe, expect, it, vi } from 'vitest';
import type { NewFile } from '../../../operations/intake/register-file.ts';
import { registerFolder } from '../../../operations/intake/register-folder.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts, listPage } from '../../support/fake-ports.ts';
import { registerNew } from '../../support/register-files.ts';

const now = new Date('2026-01-01T01:00:00Z');
const createBlobs = (count: number, lastModified = '2026-01-01T00:00:00Z') =>
  Array.from({ length: count }, (_, index) => getProperties(aFile(`gym_logins/day/f${index}`, { lastModified })));

function createFolder(landed: ReturnType<typeof createBlobs>) {
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')], landed });
  const told: NewFile[] = [];
  const register = (change: Partial<typeof ports> = {}) =>
    registerFolder({ ...ports, ...change }, 'gym_logins/day', async (file) => void told.push(file), now);
  return { ports, register, told };
}

describe('registerFolder', () => {
  afterEach(() => void vi.useRealTimers());

  it('tells of each new file over all pages, and which one needs a wake-up', async () => {
    const landed = createBlobs(200);
    const { ports, register, told } = createFolder(landed);
    const listLandedFiles: typeof ports.lake.listLandedFiles = async (place) => listPage(landed, place, 50);
    expect(await register({ lake: { ...ports.lake, listLandedFiles } })).toMatchObject({
      isComplete: true,
      looked: 200,
      failed: 0,
    });
    expect(new Set(told.map(({ file }) => file.path)).size).toBe(200);
    expect(told.filter(({ isWakeUpNeeded }) => isWakeUpNeeded)).toHaveLength(1);
  });

  it('takes files that were written to the moment before, by whatever clock', async () => {
    const { register, told } = createFolder(createBlobs(2, '2026-01-01T01:00:05Z'));
    expect(await register()).toMatchObject({ isComplete: true, missed: 2 });
    expect(told).toHaveLength(2);
  });

  it('reads the row of a known file, and looks at nothing else', async () => {
    const { ports, register, told } = createFolder(createBlobs(3));
    for (const blob of createBlobs(3)) await registerNew(ports, blob);
    const requests = ports.table.requests.length;
    const lake = { ...ports.lake, getProperties: () => Promise.reject(new Error('HTTP 403.')) };
    expect(await register({ lake })).toMatchObject({ isComplete: true, looked: 3, failed: 0 });
    expect(ports.table.requests.slice(requests)).toEqual(Array.from({ length: 3 }, () => 'getEntity'));
    expect(told).toEqual([]);
  });

  it('says what has failed, and does the rest', async () => {
    const { ports, register, told } = createFolder(createBlobs(3));
    const getBlob: typeof ports.lake.getProperties = async (path) => {
      if (path.endsWith('f1')) throw new Error('HTTP 403.');
      return ports.lake.getProperties(path);
    };
    const lake = { ...ports.lake, getProperties: getBlob };
    const failures = [{ subject: 'gym_logins/day/f1', reason: 'HTTP 403.' }];
    expect(await register({ lake })).toMatchObject({ isComplete: true, failed: 1, failures });
    expect(told).toHaveLength(2);
    const gone = { ...ports.lake, listLandedFiles: () => Promise.reject(new Error('HTTP 503.')) };
    expect(await register({ lake: gone })).toMatchObject({ isComplete: false, failed: 1 });
  });

  it('begins no new work after four minutes, and goes on when it is called again', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { ports, register, told } = createFolder(createBlobs(400));
    const lake: typeof ports.lake = {
      ...ports.lake,
      getProperties: async (path) => {
        vi.advanceTimersByTime(1000);
        return ports.lake.getProperties(path);
      },
    };
    expect(await register({ lake })).toMatchObject({ isComplete: false, failed: 0 });
    expect(told.length).toBeLessThan(400);
    expect(await register({ lake })).toMatchObject({ isComplete: true, failed: 0 });
    expect(told).toHaveLength(400);
  });
});
