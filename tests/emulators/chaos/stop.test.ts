import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockStore } from '../../../emulators/functions-host/lock.ts';
import { isAlive } from './supervised-process.ts';
import { TestStack } from './test-stack.ts';

const stack = new TestStack();
beforeAll(() => stack.start());
afterAll(() => stack.end());

it('leaves no process and no lock behind when it is stopped', async () => {
  const processes = stack.listProcesses();
  const storeFile = join(stack.folder, 'host.sqlite');
  // Host and app, workspace, Spark's Python and its Java.
  expect(processes).toHaveLength(5);
  expect(() => lockStore(storeFile)).toThrow(/in use by another host/);

  await stack.stop();

  expect(processes.filter(isAlive)).toEqual([]);
  expect(existsSync(stack.sparkFile)).toBe(false);
  lockStore(storeFile)();
});
