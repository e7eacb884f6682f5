import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './root.ts';

/** A visit that the gate of {@link createBlockingProject} blocks: nobody stays in a gym for forty days. */
export const endlessVisit = '4c:c5:9f:cb:13:bd,99,1690000000,1693456000';

/** A reading that the gate of {@link createBlockingProject} blocks: it is of the year 1998. */
export const ancientReading = `${JSON.stringify({
  key: 'd1',
  value: JSON.stringify({ device_id: 'd1', time: 900_000_000, heartrate: 80 }),
  topic: 'bpm',
  partition: 0,
  offset: 0,
  timestamp: 900_000_000,
})}\n`;

/** Without it only what depends on the table would wait. */
const blockAll = 'action: block\n          blocks: [gold.gym_sessions, gold.gym_summary, gold.workout_bpm_summary]';

/**
 * The fitness lakehouse with rules that data alone can break: whatever could break a rule of its own that blocks is
 * quarantined before it comes so far. Rules are the app's, so the jobs are the same.
 */
export function createBlockingProject(): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'blocking-')), 'fitness');
  cpSync(path.join(root, 'projects/fitness'), folder, { recursive: true });
  edit(path.join(folder, 'silver/gym_visits.yaml'), [
    ['INTERVAL 1 DAY', 'INTERVAL 30 DAYS'],
    ['tolerates: 5 %\n          action: warn', `tolerates: 0\n          ${blockAll}`],
  ]);
  edit(path.join(folder, 'silver/heart_rates.yaml'), [
    [
      "'2100-01-01 00:00:00'\n          tolerates: 0\n          action: warn",
      `'2100-01-01 00:00:00'\n          tolerates: 0\n          ${blockAll}`,
    ],
  ]);
  return folder;
}

function edit(file: string, changes: readonly (readonly [string, string])[]): void {
  const before = readFileSync(file, 'utf8');
  const after = changes.reduce((text, [from, to]) => text.replace(from, to), before);
  if (after === before) throw new Error(`Nothing of '${file}' was changed.`);
  writeFileSync(file, after);
}
