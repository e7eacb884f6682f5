import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { FileAccount } from '../../medallion/files/report.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { toManifestLine, toPlannedFile } from '../../medallion/reprocessing/plan.ts';
import { getProperties } from './a-file.ts';
import { registerNew } from './register-files.ts';
import { batch as sampleBatch } from './samples.ts';

const toAccount = ({
  accepted = 0,
  file,
  lines = 0,
  quarantinedLines = 0,
  reason,
  status,
  violations,
}: RegisteredFile): FileAccount => ({
  file,
  outcome: status === 'quarantined' ? 'quarantined' : 'loaded',
  reason,
  lines,
  blank: 0,
  accepted,
  quarantinedLines,
  ...(violations ? { violations } : {}),
});

/** Brings a file to the status that it says, on the product's own way: registered, taken into a batch, finalized. */
export async function storeFile({ files, queue }: Pick<Ports, 'files' | 'queue'>, file: RegisteredFile): Promise<void> {
  const { registeredAt, sequence } = await registerNew({ files }, getProperties(file));
  const { batch = sampleBatch, reason, release, status } = file;
  const line = { ...toManifestLine(batch, toPlannedFile(file)), registeredAt, sequence };
  await queue.markLoading([line]);
  await files.finalize([line], new Map([[file.file, toAccount(file)]]), { status, reason, release });
}
