import { afterEach, describe, expect, it, vi } from 'vitest';
import { pathRenamed } from '../../../functions/triggers/path-renamed.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const landed = [aFile('gym_logins/day/a'), aFile('gym_logins/day/b'), aFile('gym_logins/other')];

function createTrigger(files = landed, hold: (path: string) => Promise<void> = async () => undefined) {
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')], landed: files.map(getProperties) });
  const lake: typeof ports.lake = {
    ...ports.lake,
    getProperties: async (path) => {
      await hold(path);
      return ports.lake.getProperties(path);
    },
  };
  const logged: { readonly event: string; readonly path?: string }[] = [];
  const write = (line: string) => void logged.push(JSON.parse(line));
  const counts = { wakeUps: 0, rejections: 0 };
  const intake = {
    landing: 'landing',
    wake: async () => void counts.wakeUps++,
    countRejection: () => void counts.rejections++,
  };
  const rename = (kind: 'Blob' | 'Directory', path: string, container = 'landing') => {
    const subject = `/blobServices/default/containers/${container}/blobs/${path}`;
    const event = { eventType: `Microsoft.Storage.${kind}Renamed`, subject, data: { api: `Rename${kind}` } };
    return pathRenamed({ ...ports, lake }, event, intake, { info: write, warn: write });
  };
  const listPaths = async () => (await ports.queue.next(1000)).map(({ path }) => path).sort();
  return { counts, logged, rename, listPaths };
}

describe('pathRenamed', () => {
  it('registers what was moved into its place', async () => {
    const { counts, listPaths, rename } = createTrigger();
    await rename('Blob', landed[2]?.path ?? '');
    expect(await listPaths()).toEqual([landed[2]?.path]);
    expect(counts.wakeUps).toBe(1);
  });

  it('registers every file of a folder that was moved into its place', async () => {
    const { counts, listPaths, logged, rename } = createTrigger();
    await rename('Directory', 'gym_logins/day');
    const paths = landed.slice(0, 2).map(({ path }) => path);
    expect(await listPaths()).toEqual(paths);
    expect(logged).toMatchObject(paths.map((path) => ({ event: 'file.registered', path, status: 'pending' })));
    expect(counts.wakeUps).toBe(1);
    await rename('Directory', 'gym_logins/day');
    expect(logged).toHaveLength(2);
  });

  it('looks at no other container', async () => {
    const { counts, listPaths, rename } = createTrigger();
    await rename('Directory', 'gym_logins/day', 'control');
    expect(await listPaths()).toEqual([]);
    expect(counts.rejections).toBe(1);
  });
});

describe('a folder with many files', () => {
  const many = Array.from({ length: 300 }, (_, index) => aFile(`gym_logins/day/${String(index).padStart(3, '0')}`));

  afterEach(() => void vi.useRealTimers());

  it('is registered many files at once', async () => {
    let open = 0;
    let most = 0;
    const { listPaths, rename } = createTrigger(many, async () => {
      most = Math.max(most, ++open);
      await new Promise(setImmediate);
      open -= 1;
    });
    await rename('Directory', 'gym_logins/day');
    expect(await listPaths()).toHaveLength(300);
    expect(most).toBe(64);
  });

  it('does not let one that fails hold the others, and has its event sent again', async () => {
    let isBroken = true;
    const { counts, listPaths, logged, rename } = createTrigger(many, async (path) => {
      if (isBroken && path.endsWith('7')) throw new Error('HTTP 403.');
    });
    await expect(rename('Directory', 'gym_logins/day')).rejects.toThrow(
      "30 parts of folder 'gym_logins/day' failed, such as 'gym_logins/day/007': HTTP 403.",
    );
    expect(await listPaths()).toHaveLength(270);
    expect(counts.wakeUps).toBe(1);
    isBroken = false;
    await rename('Directory', 'gym_logins/day');
    expect(logged.filter(({ event }) => event === 'file.registered')).toHaveLength(300);
  });

  it('takes four minutes of a call, and has its event sent again until all are registered', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { listPaths, rename } = createTrigger(many, async () => void vi.advanceTimersByTime(1200));
    await expect(rename('Directory', 'gym_logins/day')).rejects.toThrow('The next call goes on.');
    expect((await listPaths()).length).toBeLessThan(300);
    await rename('Directory', 'gym_logins/day');
    expect(await listPaths()).toHaveLength(300);
  });
});
