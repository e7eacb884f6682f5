import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import type { Keys } from './home.ts';

/** In Azure the containers come with the account's template; here somebody has to make them. */
export async function makeContainers(endpoint: string, { lake }: Pick<Keys, 'lake'>): Promise<void> {
  const account = new DataLakeServiceClient(endpoint, new StorageSharedKeyCredential(lake.account, lake.key));
  for (const container of ['landing', 'control']) await account.getFileSystemClient(container).createIfNotExists();
}
