import type { Ports } from '../../medallion/ports/index.ts';
import { getEndOfRetention } from '../../medallion/retention.ts';
import { Attempts, type Failure } from '../attempts.ts';
import { backUp } from '../backup/back-up.ts';
import { archiveFiles } from './archive-files.ts';

/** So many files are looked at in one call. Called once an hour, that is more than a million a day. */
const maxFiles = 50_000;

export interface RetentionReport {
  /** Rows of the state table that this call has copied; 0 if there is a backup of the day. */
  readonly backedUpRows: number;
  readonly archivedFiles: number;
  /** Instances of orchestrations whose histories were deleted. */
  readonly purgedOrchestrations: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
}

type RetentionPorts = Pick<Ports, 'archive' | 'auditLog' | 'idempotencyKeys' | 'lake' | 'marks' | 'stateRows'>;

/**
 * Takes away what has been kept for long enough, and backs the state up. That comes last, since it takes the longest.
 * Whatever cannot be done is named, and the rest is done all the same.
 */
export async function applyRetention(
  ports: RetentionPorts,
  purgeOrchestrations: (before: Date) => Promise<number>,
  now: Date,
): Promise<RetentionReport> {
  const attempts = new Attempts();
  let archivedFiles = 0;
  let backedUpRows = 0;
  let purgedOrchestrations = 0;
  await attempts.make('idempotency keys', () =>
    ports.idempotencyKeys.deleteBefore(getEndOfRetention('idempotencyKeys', now)),
  );
  await attempts.make('audit log', () => ports.auditLog.deleteBefore(getEndOfRetention('auditLog', now)));
  await attempts.make('orchestrations', async () => {
    purgedOrchestrations = await purgeOrchestrations(getEndOfRetention('orchestrations', now));
  });
  const before = getEndOfRetention('files', now);
  const share = Math.ceil(maxFiles / ports.archive.datasets.length);
  for (const dataset of ports.archive.datasets)
    await attempts.make(`files of '${dataset}'`, async () => {
      archivedFiles += await archiveFiles(ports, dataset, before, share);
    });
  await attempts.make('backup', async () => {
    backedUpRows = await backUp(ports, now);
  });
  const { failed, failures } = attempts;
  return { backedUpRows, archivedFiles, purgedOrchestrations, failed, failures };
}
