import { runEmulator } from '../shared/process.ts';
import { startLake } from './lake.ts';
import type { LakeOptions } from './options.ts';

await runEmulator(async (options: LakeOptions) => {
  const { endpoint, stop } = await startLake(options);
  return { ready: { endpoint }, stop };
});
