import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRunning, getHomeFiles, openHome, readKeys } from '../../../cli/stack/home.ts';
import { isLocked, lockHome } from '../../../cli/stack/lock.ts';
import { findFreePort } from '../../../cli/stack/ports.ts';
import { UserError } from '../../../cli/user-error.ts';

const createHome = () => mkdtempSync(path.join(tmpdir(), 'home-'));

describe('a home', () => {
  it('keeps the keys of its first start, and shows them to nobody else', () => {
    const home = createHome();
    const keys = openHome(home);
    expect(openHome(home)).toEqual(keys);
    expect(statSync(getHomeFiles(home).keys).mode & 0o077).toBe(0);
  });

  it('has keys of its own', () => {
    expect(openHome(createHome()).lake.key).not.toBe(openHome(createHome()).lake.key);
  });

  it('has a random key for the doors of its host, which nobody else may read', () => {
    const [first, second] = [createHome(), createHome()].map((home) => {
      openHome(home);
      return getHomeFiles(home).hostKey;
    });
    if (!first || !second) throw new Error('Both homes have a key.');
    expect(readFileSync(first, 'utf8')).toMatch(/^[0-9a-f]{48}$/);
    expect(readFileSync(first, 'utf8')).not.toBe(readFileSync(second, 'utf8'));
    expect(statSync(first).mode & 0o077).toBe(0);
  });

  it('of before is refused with what to do', () => {
    const home = createHome();
    const { format: _, ...keys } = openHome(home);
    writeFileSync(getHomeFiles(home).keys, JSON.stringify(keys));

    const message = `The home '${home}' was made by another version of this project. Delete it, or name another home`;
    expect(() => openHome(home)).toThrow(message);
    expect(() => readKeys(home)).toThrow(UserError);
  });

  it('does not take the trace of a dead process for a running one', () => {
    const home = createHome();
    writeFileSync(getHomeFiles(home).addresses, JSON.stringify({ pid: 2 ** 22 - 1 }));
    expect(findRunning(home)).toBeUndefined();
  });

  it('is held by one local stack at a time', () => {
    const home = createHome();
    const unlock = lockHome(home);
    expect(() => lockHome(home)).toThrow(`A local stack is running in '${home}' already.`);
    expect(isLocked(home)).toBe(true);
    unlock();
    lockHome(home)();
  });
});

describe('a port', () => {
  it('that is taken is refused with what to do', async () => {
    const { createServer } = await import('node:net');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as { port: number };
    await expect(findFreePort(port)).rejects.toThrow(
      `Port ${port} cannot be used (EADDRINUSE). Choose another with --port.`,
    );
    server.close();
  });
});
