import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Faults } from '../../../emulators/shared/faults.ts';
import { countQueued } from '../functions-host/store.ts';
import { type RegisteredFile, TestApp } from './test-app.ts';

const fileCount = 2000;
const laneCount = 16;
const at = { service: 'adls', call: 'event', share: 0.3 } as const;
const faults: Faults = {
  seed: 8,
  faults: [
    { at, do: 'drop' },
    { at, do: 'duplicate' },
    { at, do: 'reorder' },
  ],
};

const app = new TestApp();
beforeAll(() => app.start(faults));
afterAll(() => app.end());

it('registers each of a burst of files once, though events are lost, doubled and out of order', async () => {
  const began = Date.now();
  await putAll();
  const put = Date.now();
  const registered = await waitUntilStill();
  const settled = Date.now();
  // The sweep leaves alone what has not lain there for two seconds.
  await pause(2500);
  await app.sweep();
  const swept = Date.now();
  const files = await waitForAll();
  const done = Date.now();

  expect(files).toHaveLength(fileCount);
  expect(new Set(files.map(({ path }) => path)).size).toBe(fileCount);
  expect(new Set(files.map(({ file }) => file)).size).toBe(fileCount);
  expect(registered.length).toBeGreaterThan(fileCount * 0.6);
  expect(registered.length).toBeLessThan(fileCount * 0.8);
  console.log(
    `${fileCount} files put in ${formatSeconds(put - began)} s; ${registered.length} registered by events, ` +
      `${(registered.length / ((settled - began) / 1000)).toFixed(0)} per second; the other ${fileCount - registered.length} by the sweep, ` +
      `${((fileCount - registered.length) / ((done - swept) / 1000)).toFixed(0)} per second; ${formatSeconds(done - began)} s in all`,
  );
});

async function putAll(): Promise<void> {
  const { landing } = app;
  const lanes = [...Array(laneCount).keys()].map(async (lane) => {
    for (let n = lane; n < fileCount; n += laneCount) {
      const text = `mac_address,gym,login,logout\n${n},1,2,3\n`;
      await landing.getBlockBlobClient(`gym_logins/part-${n}.csv`).upload(text, text.length);
    }
  });
  await Promise.all(lanes);
}

/** When nothing has waited in the host for a while. Asking for the list would slow down what it waits for. */
async function waitUntilStill(): Promise<RegisteredFile[]> {
  for (let quiet = 0; quiet < 5; ) {
    await pause(200);
    quiet = countQueued(app) === 0 ? quiet + 1 : 0;
  }
  return app.listFiles();
}

async function waitForAll(): Promise<RegisteredFile[]> {
  for (const end = Date.now() + 60_000; ; ) {
    const files = await app.listFiles();
    if (files.length >= fileCount || Date.now() > end) return files;
    await pause(1500);
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const formatSeconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
