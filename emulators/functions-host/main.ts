import { runEmulator } from '../shared/process.ts';
import { startHost } from './host.ts';
import type { Level } from './log.ts';
import type { HostSettings } from './options.ts';

const hiddenLevels: readonly Level[] = ['trace', 'debug'];

function log(level: Level, message: string): void {
  if (!hiddenLevels.includes(level)) console.log(`[${level}] ${message}`);
}

await runEmulator(async (settings: HostSettings) => {
  const { address, stop } = await startHost({ ...settings, log });
  console.log(`The host listens at ${address}.`);
  return { ready: { address }, stop };
});
