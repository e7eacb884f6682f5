import { z } from 'zod';
import { UnknownPageTokenError } from '../../medallion/page.ts';
import { Sweep, type SweepPorts, type SweepReport } from './sweep.ts';

const progressMark = 'full-sweep';
const hourMilliseconds = 3_600_000;
const minMilliseconds = 300_000;
const maxMilliseconds = 24 * hourMilliseconds;

/** What a look at each path costs allows so many an hour. */
const filesPerHour = 100_000;

const minSlice = 50_000;
const maxSlice = 500_000;

/** How far a full sweep is. `files`: how many the last one has seen in all. */
const Progress = z.object({
  began: z.iso.datetime(),
  looked: z.int(),
  after: z.string().optional(),
  files: z.int().optional(),
  isComplete: z.boolean(),
});
type Progress = z.infer<typeof Progress>;

export interface SliceReport extends SweepReport {
  /** Whether the sweep has come to the end, and how many files it has looked at in all its slices. */
  readonly isComplete: boolean;
  readonly lookedInAll: number;
}

/**
 * One slice of a full sweep, which holds each file against the row of its path. It goes on where the last slice has stopped,
 * and looks at as many files as are due by now, and as its time allows. Nothing if it is too early for the next full sweep.
 */
export async function sweepSlice(ports: SweepPorts, now: Date): Promise<SliceReport | undefined> {
  const progress = await findProgress(ports, now);
  if (progress === undefined) return undefined;
  const sweep = new Sweep(ports, now);
  const due = countDue(progress, now);
  let { after, isComplete } = progress;
  await sweep.list(async () => {
    while (!isComplete && sweep.looked < due && !sweep.isOver) {
      const { next, rows } = await listOrBeginAnew(ports, after);
      if (!(await sweep.lookAt(rows))) return;
      after = next;
      isComplete = next === undefined;
    }
  });
  const looked = progress.looked + sweep.looked;
  const files = isComplete ? looked : progress.files;
  const reached: Progress = { ...progress, looked, after, files, isComplete };
  await ports.marks.set(progressMark, JSON.stringify(reached));
  return { ...sweep.report, isComplete, lookedInAll: looked };
}

/** A token that storage has forgotten leads back to the beginning. */
async function listOrBeginAnew({ lake }: SweepPorts, after: string | undefined) {
  try {
    return await lake.listLandedFiles({ after });
  } catch (error) {
    if (error instanceof UnknownPageTokenError) return lake.listLandedFiles({});
    throw error;
  }
}

async function findProgress({ marks }: SweepPorts, now: Date): Promise<Progress | undefined> {
  const mark = await marks.find(progressMark);
  const progress = mark === undefined ? undefined : Progress.parse(JSON.parse(mark));
  if (progress && !progress.isComplete) return progress;
  if (progress && now.getTime() < Date.parse(progress.began) + getInterval(progress.files)) return undefined;
  return { began: now.toISOString(), looked: 0, files: progress?.files, isComplete: false };
}

/**
 * From the beginning of a full sweep to that of the next: five minutes for some thousand files, a day for millions. A file
 * that was renamed keeps its old time, so that without its event no quick sweep finds it.
 */
const getInterval = (files = 0): number =>
  Math.min(maxMilliseconds, Math.max(minMilliseconds, (files / filesPerHour) * hourMilliseconds));

/** So many that the sweep ends when the next one is due, if there are as many files as the last time. */
function countDue({ began, files, looked }: Progress, now: Date): number {
  if (files === undefined) return maxSlice;
  const share = Math.min(1, (now.getTime() - Date.parse(began)) / getInterval(files));
  return Math.min(maxSlice, Math.max(minSlice, Math.ceil(files * share) - looked));
}
