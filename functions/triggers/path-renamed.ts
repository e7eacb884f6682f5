import type { InvocationContext } from '@azure/functions';
import { z } from 'zod';
import type { Ports } from '../../medallion/ports/index.ts';
import { blobLanded, type Intake } from './blob-landed.ts';

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

/** Starts when a file or a folder is moved within the landing zone, and registers what came to lie there. */
export async function pathRenamed(
  ports: Pick<Ports, 'files' | 'lake' | 'queue'>,
  event: unknown,
  intake: Intake,
  log: Pick<InvocationContext, 'info' | 'warn'>,
): Promise<void> {
  const { container, isDirectory, path } = RenamedPath.parse(event);
  if (!isDirectory || container !== intake.landing) return blobLanded(ports, { container, path }, intake, log);
  let after: string | undefined;
  do {
    const page = await ports.lake.listLandedFiles({ folder: path, ...(after === undefined ? {} : { after }) });
    for (const file of page.rows) await blobLanded(ports, { container, path: file.path }, intake, log);
    after = page.next;
  } while (after !== undefined);
}
