import { describe, expect, it } from 'vitest';
import { blobLanded } from '../../../functions/triggers/blob-landed.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerNew } from '../../support/register-files.ts';

const login = aFile('gym_logins/a');
const empty = aFile('gym_logins/empty', { length: 0 });
const other = aFile('gym_logins/b');
const third = aFile('gym_logins/c');

function createTrigger() {
  const ports = createFakePorts({
    datasets: [aLanding('gym_logins')],
    landed: [login, empty, other, third].map(getProperties),
  });
  const logged: Record<string, unknown>[] = [];
  const lookups: string[] = [];
  const counts = { wakeUps: 0, rejections: 0 };
  const lake: typeof ports.lake = {
    ...ports.lake,
    getProperties: (path) => {
      lookups.push(path);
      return ports.lake.getProperties(path);
    },
  };
  const write = (line: string) => void logged.push(JSON.parse(line));
  const intake = {
    landing: 'landing',
    wake: async () => void counts.wakeUps++,
    countRejection: () => void counts.rejections++,
  };
  const land = (path: string, container = 'landing') =>
    blobLanded({ ...ports, lake }, { container, path }, intake, { info: write, warn: write });
  return { ports, land, logged, lookups, counts };
}

describe('blobLanded', () => {
  it('registers what storage says, and wakes the pipeline', async () => {
    const { counts, land, logged, ports } = createTrigger();
    await land(login.path);
    const registered = { event: 'file.registered', file: login.file, path: login.path, status: 'pending' };
    expect(logged).toEqual([{ ...registered, at: expect.any(String) }]);
    expect(await ports.files.findById(login.file)).toMatchObject({ path: login.path, status: 'pending' });
    expect(counts.wakeUps).toBe(1);
  });

  it('does not wake the pipeline again while the wake-up flag is set', async () => {
    const { counts, land, ports } = createTrigger();
    await land(login.path);
    await land(other.path);
    expect(counts.wakeUps).toBe(1);
    await ports.queue.clearWakeUp();
    await land(third.path);
    expect(counts.wakeUps).toBe(2);
  });

  it('leaves a known content alone, and logs nothing of it', async () => {
    const { counts, land, logged, ports } = createTrigger();
    await registerNew(ports, getProperties(login));
    await land(login.path);
    expect(logged).toEqual([]);
    expect(counts.wakeUps).toBe(0);
  });

  it('does not wake the pipeline for a file that it ignores', async () => {
    const { counts, land, logged } = createTrigger();
    await land(empty.path);
    expect(counts.wakeUps).toBe(0);
    expect(logged).toMatchObject([{ event: 'file.registered', status: 'ignored', reason: 'It is empty.' }]);
  });

  it('looks nothing up that an event of another container names', async () => {
    const { counts, land, logged, lookups, ports } = createTrigger();
    await land(login.path, 'elsewhere'.repeat(10));
    expect(counts).toEqual({ rejections: 1, wakeUps: 0 });
    expect(logged).toMatchObject([{ event: 'event.rejected', container: 'elsewhere'.repeat(7) }]);
    expect(lookups).toEqual([]);
    expect(await ports.queue.count()).toBe(0);
  });

  it('registers nothing for a file that is gone already', async () => {
    const { counts, land, logged, ports } = createTrigger();
    await land('gym_logins/gone');
    expect(logged).toMatchObject([{ event: 'file.missing', path: 'gym_logins/gone' }]);
    expect(counts.wakeUps).toBe(0);
    expect(await ports.queue.count()).toBe(0);
  });
});
