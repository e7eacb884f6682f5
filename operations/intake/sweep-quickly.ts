import type { IntakeRules } from '../../medallion/files/intake.ts';
import { listRecentFolders } from '../../medallion/files/recent-folders.ts';
import { Sweep, type SweepPorts, type SweepReport } from './sweep.ts';

/** So many files are listed of the landing zone, and then of each dataset. The full sweep comes to the others. */
const maxListed = 50_000;

/** A file may have been written to before this long, and have been seen later: clocks differ, and lists take their time. */
const overlapMilliseconds = 600_000;

const startMark = 'quick-sweep';

/**
 * Looks for files that have landed since the last quick sweep which could do all it wanted. A landing zone with few files
 * is listed as a whole. Of one with many each dataset is, and of a dataset with many the folders of two days.
 */
export async function sweepQuickly(ports: SweepPorts, now: Date): Promise<SweepReport> {
  const { datasets, marks, tuning } = ports;
  const sweep = new Sweep(ports, now);
  const start = await marks.find(startMark);
  const since = start === undefined ? 0 : Date.parse(start) - overlapMilliseconds - tuning.sweep.settleSeconds * 1000;
  const listAll = async (folder?: string) => listFolder(ports, sweep, since, folder);
  await sweep.list(async () => {
    if (await listAll()) return;
    for (const dataset of datasets) {
      if (await listAll(dataset.dataset)) continue;
      for (const folder of listDayFolders(dataset, now)) await listAll(folder);
    }
  });
  if (sweep.report.failed === 0) await marks.set(startMark, now.toISOString());
  return sweep.report;
}

/** False if there are more files than are listed. */
async function listFolder({ lake }: SweepPorts, sweep: Sweep, since: number, folder?: string): Promise<boolean> {
  let after: string | undefined;
  for (let listed = 0; listed < maxListed; ) {
    const { next, rows } = await lake.listLandedFiles({ folder, after });
    await sweep.lookAt(rows, since);
    if (next === undefined) return true;
    listed += rows.length;
    after = next;
  }
  return false;
}

const listDayFolders = ({ dataset, folders }: IntakeRules, now: Date): string[] =>
  folders === undefined ? [] : listRecentFolders(folders, now).map((folder) => `${dataset}/${folder}`);
