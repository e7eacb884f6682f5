import { readFileSync } from 'node:fs';
import os from 'node:os';

/** What the figures depend on, in one line. */
export function machine(): string {
  const memory = `${Math.round(os.totalmem() / 2 ** 30)} GB of memory`;
  const processor = /model name\s*:\s*(.+)/.exec(cpuInfo())?.[1] ?? os.cpus()[0]?.model ?? 'unknown processor';
  return `${os.cpus().length} cores (${processor.trim()}), ${memory}, ${os.type()} ${os.release()}, Node ${process.version}`;
}

function cpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

/** Of the last minute, before anything is measured: figures from a busy machine are worth little. */
export const load = (): string => os.loadavg()[0]?.toFixed(1) ?? 'unknown';
