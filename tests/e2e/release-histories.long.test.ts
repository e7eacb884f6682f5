import { afterAll, beforeAll } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { releaseCases } from './cases/releases.ts';

let cloud: RunningStack;
beforeAll(async () => {
  cloud = await RunningStack.start();
});
afterAll(() => cloud.dismiss());

releaseCases(
  () => cloud,
  Array.from({ length: 50 }, (_, seed) => seed + 100),
);
