import { describe, expect, it } from 'vitest';
import { registerFile } from '../../../operations/intake/register-file.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const landed = ['gym_logins/a', 'gym_logins/b', 'stray.csv'].map((path) => getProperties(aFile(path)));
const createPorts = () => createFakePorts({ datasets: [aLanding('gym_logins')], landed });

describe('registerFile', () => {
  it('registers what storage says of the path, and asks for one wake-up per burst', async () => {
    const ports = createPorts();
    expect(await registerFile(ports, 'gym_logins/a')).toMatchObject({
      kind: 'new',
      file: { path: 'gym_logins/a', etag: '0x1', status: 'pending' },
      isWakeUpNeeded: true,
    });
    expect(await registerFile(ports, 'gym_logins/b')).toMatchObject({ kind: 'new', isWakeUpNeeded: false });
    expect(await ports.queue.count()).toBe(2);
  });

  it('registers nothing where nothing lies', async () => {
    const ports = createPorts();
    expect(await registerFile(ports, 'gym_logins/gone')).toEqual({ kind: 'missing' });
    expect((await ports.files.list({}, 10)).rows).toEqual([]);
  });

  it('registers once, however many events come', async () => {
    const ports = createPorts();
    const first = await registerFile(ports, 'gym_logins/a');
    expect(await registerFile(ports, 'gym_logins/a')).toEqual({
      kind: 'known',
      file: first.kind === 'new' ? first.file.file : '',
    });
    expect(await ports.queue.count()).toBe(1);
  });

  it('wakes nobody for a file of no dataset', async () => {
    const ports = createPorts();
    expect(await registerFile(ports, 'stray.csv')).toMatchObject({
      kind: 'new',
      file: { status: 'ignored' },
      isWakeUpNeeded: false,
    });
    expect(await ports.queue.requestWakeUp()).toBe(true);
  });
});
