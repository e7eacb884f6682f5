import { describe, expect, it } from 'vitest';
import { pathRenamed } from '../../../functions/triggers/path-renamed.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const landed = [aFile('gym_logins/day/a'), aFile('gym_logins/day/b'), aFile('gym_logins/other')];

function createTrigger() {
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')], landed: landed.map(getProperties) });
  const counts = { wakeUps: 0, rejections: 0 };
  const intake = {
    landing: 'landing',
    wake: async () => void counts.wakeUps++,
    countRejection: () => void counts.rejections++,
  };
  const rename = (kind: 'Blob' | 'Directory', path: string, container = 'landing') => {
    const subject = `/blobServices/default/containers/${container}/blobs/${path}`;
    const event = { eventType: `Microsoft.Storage.${kind}Renamed`, subject, data: { api: `Rename${kind}` } };
    return pathRenamed(ports, event, intake, { info: () => undefined, warn: () => undefined });
  };
  const listPaths = async () => (await ports.queue.next(10)).map(({ path }) => path).sort();
  return { counts, rename, listPaths };
}

describe('pathRenamed', () => {
  it('registers what was moved into its place', async () => {
    const { counts, listPaths, rename } = createTrigger();
    await rename('Blob', landed[2]?.path ?? '');
    expect(await listPaths()).toEqual([landed[2]?.path]);
    expect(counts.wakeUps).toBe(1);
  });

  it('registers every file of a folder that was moved into its place', async () => {
    const { listPaths, rename } = createTrigger();
    await rename('Directory', 'gym_logins/day');
    expect(await listPaths()).toEqual(landed.slice(0, 2).map(({ path }) => path));
  });

  it('looks at no other container', async () => {
    const { counts, listPaths, rename } = createTrigger();
    await rename('Directory', 'gym_logins/day', 'control');
    expect(await listPaths()).toEqual([]);
    expect(counts.rejections).toBe(1);
  });
});
