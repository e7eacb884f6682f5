import { readFileSync } from 'node:fs';
import { AzureNamedKeyCredential } from '@azure/data-tables';
import { AzureCliCredential, ManagedIdentityCredential } from '@azure/identity';
import { StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { z } from 'zod';
import type { Environment } from '../environments/environment.ts';

const Key = z.strictObject({ account: z.string(), key: z.string() });
const Keys = z.looseObject({ lake: Key, registry: Key, databricksToken: z.string(), deployerToken: z.string() });

/** The application id under which Microsoft Entra knows Azure Databricks. */
const databricksScope = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';

export interface Credentials {
  readonly lake: StorageSharedKeyCredential | ManagedIdentityCredential;
  readonly registry: AzureNamedKeyCredential | ManagedIdentityCredential;
  databricksToken(): Promise<string>;
}

/** In Azure one managed identity opens every door; on one machine the keys of its stand-ins do. */
export function credentialsOf({ identity }: Environment): Credentials {
  if (identity.kind === 'managed') {
    const credential = new ManagedIdentityCredential({ clientId: identity.clientId });
    return {
      lake: credential,
      registry: credential,
      databricksToken: async () => (await credential.getToken(databricksScope)).token,
    };
  }
  const keys = keysIn(identity.keysFile);
  return {
    lake: new StorageSharedKeyCredential(keys.lake.account, keys.lake.key),
    registry: new AzureNamedKeyCredential(keys.registry.account, keys.registry.key),
    databricksToken: async () => keys.databricksToken,
  };
}

/** Who changes the catalog: the person or the pipeline that is signed in, never the operator itself. */
export function deployerOf({ identity }: Environment): Pick<Credentials, 'databricksToken'> {
  if (identity.kind === 'local') return { databricksToken: async () => keysIn(identity.keysFile).deployerToken };
  const credential = new AzureCliCredential();
  return { databricksToken: async () => (await credential.getToken(databricksScope)).token };
}

const keysIn = (file: string) => Keys.parse(JSON.parse(readFileSync(file, 'utf8')));
