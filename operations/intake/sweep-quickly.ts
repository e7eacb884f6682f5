import { z } from 'zod';
import type { IntakeRules } from '../../medallion/files/intake.ts';
import { listRecentFolders } from '../../medallion/files/recent-folders.ts';
import { Sweep, type SweepPorts, type SweepReport } from './sweep.ts';

/** So many files are listed of the landing zone, and then of each dataset. The full sweep comes to the others. */
const maxListed = 50_000;

/** A file may have been written to before this long, and have been seen later: clocks differ, and lists take their time. */
const overlapMilliseconds = 600_000;

const startMark = 'quick-sweep';
const placeMark = 'quick-sweep-place';

/** Where a quick sweep is: in which folder, behind which page, and how many files of it were listed. */
const Place = z.object({
  began: z.iso.datetime(),
  folder: z.string(),
  after: z.string().optional(),
  listed: z.int(),
  hasFailed: z.boolean(),
});
type Place = z.infer<typeof Place>;

/**
 * Looks for files that have landed since the last quick sweep which could do all it wanted. A landing zone with few files
 * is listed as a whole. Of one with many each dataset is, and of a dataset with many the folders of two days. Where its
 * time is over, the next one goes on.
 */
export async function sweepQuickly(ports: SweepPorts, now: Date): Promise<SweepReport> {
  const { marks, tuning } = ports;
  const sweep = new Sweep(ports, now);
  const start = await marks.find(startMark);
  const since = start === undefined ? 0 : Date.parse(start) - overlapMilliseconds - tuning.sweep.settleSeconds * 1000;
  const left = await findPlace(ports);
  const first = left ?? { began: now.toISOString(), folder: '', listed: 0, hasFailed: false };
  let stopped: Place | undefined;
  await sweep.list(async () => {
    stopped = await listRest(ports, sweep, since, first);
  });
  const hasFailed = first.hasFailed || sweep.report.failed > 0;
  if (stopped) await marks.set(placeMark, JSON.stringify({ ...stopped, hasFailed }));
  else if (left) await marks.clear(placeMark);
  if (!stopped && !hasFailed) await marks.set(startMark, first.began);
  return sweep.report;
}

/** Nothing if the last one came to its end, or if its folder is no longer one that is listed. */
async function findPlace({ datasets, marks }: SweepPorts): Promise<Place | undefined> {
  const mark = await marks.find(placeMark);
  const place = mark === undefined ? undefined : Place.parse(JSON.parse(mark));
  return place && listFolders(datasets, place).includes(place.folder) ? place : undefined;
}

/** The landing zone itself, each dataset, and behind each what is listed of it if it has many files. */
const listFolders = (datasets: readonly IntakeRules[], { began }: Place): string[] => [
  '',
  ...datasets.flatMap(({ dataset, folders }) => {
    const days = folders === undefined ? [] : listRecentFolders(folders, new Date(began));
    return [dataset, ...days.map((day) => `${dataset}/${day}`)];
  }),
];

/** Answers with where it has stopped, if its time was over before the end. */
async function listRest(ports: SweepPorts, sweep: Sweep, since: number, first: Place): Promise<Place | undefined> {
  const all = listFolders(ports.datasets, first);
  let folders = all.slice(all.indexOf(first.folder));
  for (let place = first; ; ) {
    const end = await listFolder(ports, sweep, since, place);
    if (typeof end === 'object') return end;
    const inside = place.folder === '' ? '' : `${place.folder}/`;
    folders = folders.slice(1).filter((folder) => end === 'many' || !folder.startsWith(inside));
    const [folder] = folders;
    if (folder === undefined) return undefined;
    place = { ...first, folder, after: undefined, listed: 0 };
  }
}

/** `many`: there are more files than are listed. */
async function listFolder(
  { lake }: SweepPorts,
  sweep: Sweep,
  since: number,
  place: Place,
): Promise<'all' | 'many' | Place> {
  let { after, listed } = place;
  while (listed < maxListed) {
    if (sweep.isOver) return { ...place, after, listed };
    const { next, rows } = await lake.listLandedFiles({ folder: place.folder || undefined, after });
    if (!(await sweep.lookAt(rows, since))) return { ...place, after, listed };
    if (next === undefined) return 'all';
    listed += rows.length;
    after = next;
  }
  return 'many';
}
