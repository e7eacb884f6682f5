import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getHomeFiles } from '../../cli/stack/home.ts';

/** How often each kind of fault was injected, by its call. Each emulator tells in its log what it does wrong on purpose. */
export function countInjectedFaults(home: string): Record<string, number> {
  const { adls, databricks, logs } = getHomeFiles(home);
  const files = [
    path.join(adls, '.lake/lake.log'),
    path.join(databricks, 'workspace.log'),
    path.join(logs, 'functions-host.log'),
    path.join(logs, 'table-storage.log'),
  ];
  const counts: Record<string, number> = {};
  for (const file of files.filter(existsSync)) {
    for (const [, effect, call] of readFileSync(file, 'utf8').matchAll(/On purpose: (\w+) at (.+) \d+\.$/gm)) {
      const kind = `${effect} at ${call}`;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  }
  return counts;
}
