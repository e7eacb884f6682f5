import type { Ports } from '../../medallion/ports/index.ts';
import { type NewFile, toNewFile } from './register-file.ts';
import { Sweep, type SweepReport } from './sweep.ts';

type FolderPorts = Pick<Ports, 'files' | 'lake' | 'queue' | 'tuning'>;

export interface FolderReport extends SweepReport {
  /** Whether all files were looked at before the time was over. */
  readonly isComplete: boolean;
}

/**
 * Registers every file of a folder that was moved into its place, and tells of each that is new. It begins no new work after
 * four minutes. Called again for the same folder it passes over what is known by then, which costs one read a file.
 */
export async function registerFolder(
  ports: FolderPorts,
  folder: string,
  tell: (registered: NewFile) => Promise<void>,
  now: Date,
): Promise<FolderReport> {
  // Whoever moves a folder has written its files to their ends, however young they are.
  const sweep = new Sweep(ports, now, {
    isSettled: true,
    tell: async (file) => tell(await toNewFile(ports, file)),
  });
  let after: string | undefined;
  let isComplete = false;
  await sweep.list(async () => {
    while (!isComplete && !sweep.isOver) {
      const { next, rows } = await ports.lake.listLandedFiles({ folder, after });
      if (!(await sweep.lookAt(rows))) return;
      after = next;
      isComplete = next === undefined;
    }
  });
  return { ...sweep.report, isComplete };
}
