import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import type { Keys } from './home.ts';

/** In Azure the containers come with the account's template; here the start creates them. */
export async function createContainers(endpoint: string, { lake }: Pick<Keys, 'lake'>): Promise<void> {
  const account = new DataLakeServiceClient(endpoint, new StorageSharedKeyCredential(lake.account, lake.key));
  for (const container of ['landing', 'control', 'records'])
    await account.getFileSystemClient(container).createIfNotExists();
}
