import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockStore } from '../../../emulators/functions-host/lock.ts';
import { isAlive } from './supervised-process.ts';
import { ACloud } from './test-stack.ts';

const cloud = new ACloud();
beforeAll(() => cloud.start());
afterAll(() => cloud.end());

it('leaves no process and no lock behind when it is stopped', async () => {
  const processes = cloud.processes();
  const storeFile = join(cloud.folder, 'host.sqlite');
  // Host and app, workspace, Spark's Python and its Java.
  expect(processes).toHaveLength(5);
  expect(() => lockStore(storeFile)).toThrow(/in use by another host/);

  await cloud.stop();

  expect(processes.filter(isAlive)).toEqual([]);
  expect(existsSync(cloud.sparkFile)).toBe(false);
  lockStore(storeFile)();
});
