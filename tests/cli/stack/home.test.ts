import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, openHome, runningIn } from '../../../cli/stack/home.ts';
import { isHeld, lockHome } from '../../../cli/stack/lock.ts';
import { freePort } from '../../../cli/stack/ports.ts';

const newHome = () => mkdtempSync(path.join(tmpdir(), 'home-'));

describe('a home', () => {
  it('keeps the keys of its first start, and shows them to nobody else', () => {
    const home = newHome();
    const keys = openHome(home);
    expect(openHome(home)).toEqual(keys);
    expect(statSync(filesOf(home).keys).mode & 0o077).toBe(0);
  });

  it('has keys of its own', () => {
    expect(openHome(newHome()).lake.key).not.toBe(openHome(newHome()).lake.key);
  });

  it('does not take the trace of a dead process for a running one', () => {
    const home = newHome();
    writeFileSync(filesOf(home).addresses, JSON.stringify({ pid: 2 ** 22 - 1 }));
    expect(runningIn(home)).toBeUndefined();
  });

  it('is held by one local cloud at a time', () => {
    const home = newHome();
    const unlock = lockHome(home);
    expect(() => lockHome(home)).toThrow(`A local cloud is running in '${home}' already.`);
    expect(isHeld(home)).toBe(true);
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
    await expect(freePort(port)).rejects.toThrow(
      `Port ${port} cannot be used (EADDRINUSE). Choose another with --port.`,
    );
    server.close();
  });
});
