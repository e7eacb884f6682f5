/** `node emulators/functions-host/main.ts '<HostSettings as JSON>'`: the host as a process of its own. */
import { startHost } from './host.ts';
import type { Level } from './log.ts';
import type { HostSettings } from './options.ts';

const quiet: readonly Level[] = ['trace', 'debug'];

function log(level: Level, message: string): void {
  if (!quiet.includes(level)) console.log(`[${level}] ${message}`);
}

function settingsFrom(argument: string | undefined): HostSettings {
  if (argument === undefined) throw new Error('The host got no options; pass them as one JSON argument.');
  return JSON.parse(argument) as HostSettings;
}

let isEnding = false;
let stop = async (): Promise<void> => {};

async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await stop();
  process.exit(0);
}

process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
// Whoever started this host is gone; nobody else would stop it.
process.on('disconnect', () => void end());

const host = await startHost({ ...settingsFrom(process.argv[2]), log });
stop = () => host.stop();
if (isEnding) await stop();
process.send?.({ kind: 'ready', address: host.address });
console.log(`The host listens at ${host.address}.`);
