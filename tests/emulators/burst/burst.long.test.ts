import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Faults } from '../../../emulators/shared/faults.ts';
import { queuedIn } from '../functions-host/store.ts';
import { AnApp, type RegisteredFile } from './test-app.ts';

const FILES = 2000;
const AT_ONCE = 16;
const at = { service: 'adls', call: 'event', share: 0.3 } as const;
const faults: Faults = {
  seed: 8,
  faults: [
    { at, do: 'drop' },
    { at, do: 'duplicate' },
    { at, do: 'reorder' },
  ],
};

const app = new AnApp();
beforeAll(() => app.start(faults));
afterAll(() => app.end());

it('registers each of a burst of files once, though events are lost, doubled and out of order', async () => {
  const began = Date.now();
  await putAll();
  const put = Date.now();
  const told = await whenStill();
  const settled = Date.now();
  // The sweep leaves alone what has not lain there for two seconds.
  await pause(2500);
  await app.sweep();
  const swept = Date.now();
  const files = await untilAll();
  const done = Date.now();

  expect(files).toHaveLength(FILES);
  expect(new Set(files.map(({ path }) => path)).size).toBe(FILES);
  expect(new Set(files.map(({ file }) => file)).size).toBe(FILES);
  expect(told.length).toBeGreaterThan(FILES * 0.6);
  expect(told.length).toBeLessThan(FILES * 0.8);
  console.log(
    `${FILES} files put in ${seconds(put - began)} s; ${told.length} registered by events, ` +
      `${(told.length / ((settled - began) / 1000)).toFixed(0)} per second; the other ${FILES - told.length} by the sweep, ` +
      `${((FILES - told.length) / ((done - swept) / 1000)).toFixed(0)} per second; ${seconds(done - began)} s in all`,
  );
});

async function putAll(): Promise<void> {
  const { landing } = app;
  const lanes = [...Array(AT_ONCE).keys()].map(async (lane) => {
    for (let n = lane; n < FILES; n += AT_ONCE) {
      const text = `mac_address,gym,login,logout\n${n},1,2,3\n`;
      await landing.getBlockBlobClient(`gym_logins/part-${n}.csv`).upload(text, text.length);
    }
  });
  await Promise.all(lanes);
}

/** When nothing has waited in the host for a while. Asking for the list would slow down what it waits for. */
async function whenStill(): Promise<RegisteredFile[]> {
  for (let quiet = 0; quiet < 5; ) {
    await pause(200);
    quiet = queuedIn(app) === 0 ? quiet + 1 : 0;
  }
  return app.files();
}

async function untilAll(): Promise<RegisteredFile[]> {
  for (const end = Date.now() + 60_000; ; ) {
    const files = await app.files();
    if (files.length >= FILES || Date.now() > end) return files;
    await pause(1500);
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
