import { createRequire } from 'node:module';
import type * as extensions from '@azure/functions-extensions-base';
import { expect, it } from 'vitest';
import { bindReferencesOnly } from '../../../functions/triggers/blob-reference.ts';

const { ResourceFactoryResolver } = createRequire(import.meta.url)(
  '@azure/functions-extensions-base',
) as typeof extensions;

it('a landed blob is handed over as a reference, however often the binding is registered', () => {
  bindReferencesOnly();
  bindReferencesOnly();
  const content = Buffer.from(
    JSON.stringify({ Connection: 'LANDING', ContainerName: 'landing', BlobName: 'gym_logins/a b.csv' }),
  );
  const reference = ResourceFactoryResolver.getInstance().createClient('AzureStorageBlobs', { content });
  expect(reference).toEqual({ container: 'landing', path: 'gym_logins/a b.csv' });
});
