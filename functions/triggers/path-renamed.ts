import type { InvocationContext } from '@azure/functions';
import { z } from 'zod';
import type { Ports } from '../../medallion/ports/index.ts';
import { type FolderReport, registerFolder } from '../../operations/intake/register-folder.ts';
import { announceFile, blobLanded, type Intake } from './blob-landed.ts';

/** An event of the storage account, as far as it is read: of a rename the subject is the new place. */
const RenamedPath = z
  .object({
    eventType: z.enum(['Microsoft.Storage.BlobRenamed', 'Microsoft.Storage.DirectoryRenamed']),
    subject: z.string(),
  })
  .transform(({ eventType, subject }) => {
    const [, container = '', path = ''] = /\/containers\/([^/]+)\/blobs\/(.+)$/.exec(subject) ?? [];
    return { container, path, isDirectory: eventType === 'Microsoft.Storage.DirectoryRenamed' };
  });

/**
 * Starts when a file or a folder is moved within the landing zone, and registers what came to lie there. Event Grid sends the
 * event of a folder again until all its files are registered, and also where that takes longer than it waits for an answer.
 */
export async function pathRenamed(
  ports: Pick<Ports, 'files' | 'lake' | 'queue' | 'tuning'>,
  event: unknown,
  intake: Intake,
  log: Pick<InvocationContext, 'info' | 'warn'>,
): Promise<void> {
  const { container, isDirectory, path } = RenamedPath.parse(event);
  if (!isDirectory || container !== intake.landing) return blobLanded(ports, { container, path }, intake, log);
  const report = await registerFolder(ports, path, (registered) => announceFile(registered, intake, log), new Date());
  throwUnlessWhole(path, report);
}

function throwUnlessWhole(folder: string, { failed, failures, isComplete }: FolderReport): void {
  const [first] = failures;
  if (first)
    throw new Error(`${failed} parts of folder '${folder}' failed, such as '${first.subject}': ${first.reason}`);
  if (!isComplete) throw new Error(`Folder '${folder}' has more files than fit into the time. The next call goes on.`);
}
