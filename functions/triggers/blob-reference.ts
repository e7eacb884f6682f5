import { createRequire } from 'node:module';
import type * as extensions from '@azure/functions-extensions-base';
import { z } from 'zod';

/** The instance that `@azure/functions` itself asks; imported as a module it would be another one, which nobody asks. */
const { ResourceFactoryResolver } = createRequire(import.meta.url)(
  '@azure/functions-extensions-base',
) as typeof extensions;

/** Where a blob lies. The content stays there: the operator never loads it. */
export const LandedBlob = z
  .object({ ContainerName: z.string(), BlobName: z.string() })
  .transform(({ ContainerName, BlobName }) => ({ container: ContainerName, path: BlobName }));
export type LandedBlob = z.infer<typeof LandedBlob>;

/** Makes the host's binding hand over the reference alone, in place of a client or the bytes. */
export function bindReferencesOnly(): void {
  const resolver = ResourceFactoryResolver.getInstance();
  if (!resolver.hasResourceFactory('AzureStorageBlobs'))
    resolver.registerResourceFactory('AzureStorageBlobs', toLandedBlob);
}

function toLandedBlob(data: extensions.ModelBindingData | extensions.ModelBindingData[]): LandedBlob {
  const content = (Array.isArray(data) ? data[0] : data)?.content;
  return LandedBlob.parse(JSON.parse(Buffer.from(content ?? '{}').toString('utf8')));
}
