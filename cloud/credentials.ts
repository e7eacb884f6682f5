import { readFileSync } from 'node:fs';
import { AzureNamedKeyCredential } from '@azure/data-tables';
import { AzureCliCredential, ManagedIdentityCredential } from '@azure/identity';
import { StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { z } from 'zod';
import { type Environment, requireWorkspace } from '../environments/environment.ts';
import { reach } from './reach.ts';

const Key = z.strictObject({ account: z.string(), key: z.string() });
const Keys = z.looseObject({ lake: Key, stateTable: Key, databricksToken: z.string(), deployerToken: z.string() });

const Token = z.object({ access_token: z.string() });

/** The application id under which Microsoft Entra knows Azure Databricks. */
const databricksScope = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';

export interface Credentials {
  readonly lake: StorageSharedKeyCredential | ManagedIdentityCredential;
  readonly stateTable: AzureNamedKeyCredential | ManagedIdentityCredential;
  databricksToken(): Promise<string>;
}

/** In Azure one managed identity is enough for every service; on one machine the emulators have keys. */
export function createCredentials(environment: Environment): Credentials {
  const { identity } = environment;
  if (identity.kind === 'managed') {
    const { clientId } = identity;
    const credential = new ManagedIdentityCredential(clientId === undefined ? {} : { clientId });
    return {
      lake: credential,
      stateTable: credential,
      databricksToken: async () => (await credential.getToken(databricksScope)).token,
    };
  }
  const keys = readKeys(identity.keysFile);
  return {
    lake: new StorageSharedKeyCredential(keys.lake.account, keys.lake.key),
    stateTable: new AzureNamedKeyCredential(keys.stateTable.account, keys.stateTable.key),
    databricksToken: () => requestToken(requireWorkspace(environment).url, keys.databricksToken),
  };
}

/** Who changes the catalog: the person or the pipeline that is signed in, never the operator itself. */
export function createDeployerCredentials({ identity }: Environment): Pick<Credentials, 'databricksToken'> {
  if (identity.kind === 'local') return { databricksToken: async () => readKeys(identity.keysFile).deployerToken };
  const credential = new AzureCliCredential();
  return { databricksToken: async () => (await credential.getToken(databricksScope)).token };
}

/** As a service principal asks. It is asked each time, so that an outage of the workspace takes the token away as well. */
async function requestToken(workspaceUrl: string, secret: string): Promise<string> {
  const response = await reach(`${workspaceUrl}/oidc/v1/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`operator:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis' }),
  });
  if (!response.ok) throw new Error(`The workspace answered ${response.status} to the request for a token.`);
  return Token.parse(await response.json()).access_token;
}

const readKeys = (file: string) => Keys.parse(JSON.parse(readFileSync(file, 'utf8')));
