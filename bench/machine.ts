import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';

const cpuFile = '/proc/cpuinfo';

/** What the figures depend on, in one line. */
export function describeMachine(): string {
  const memory = `${Math.round(os.totalmem() / 2 ** 30)} GB of memory`;
  const processor = getProcessor().trim();
  return `${os.cpus().length} cores (${processor}), ${memory}, ${os.type()} ${os.release()}, Node ${process.version}`;
}

/** Only Linux has the file; there, its name of the processor is the fuller one. */
function getProcessor(): string {
  const text = existsSync(cpuFile) ? readFileSync(cpuFile, 'utf8') : '';
  return /model name\s*:\s*(.+)/.exec(text)?.[1] ?? os.cpus()[0]?.model ?? 'unknown processor';
}

/** Of the last minute, before anything is measured: figures from a busy machine are worth little. */
export const getLoad = (): string => os.loadavg()[0]?.toFixed(1) ?? 'unknown';
