import {
  type DataLakeFileSystemClient,
  DataLakeServiceClient,
  StorageSharedKeyCredential,
} from '@azure/storage-file-datalake';
import { type Addresses, readKeys } from './stack/home.ts';

/** The landing zone as any writer outside sees it: through the storage client. */
export function landingZone(home: string, { lake: endpoint }: Pick<Addresses, 'lake'>): DataLakeFileSystemClient {
  const { lake } = readKeys(home);
  const credential = new StorageSharedKeyCredential(lake.account, lake.key);
  return new DataLakeServiceClient(endpoint, credential).getFileSystemClient('landing');
}

/** Closes the file at the end: without that no event is sent, and only the sweep would find it. */
export async function landFile(zone: DataLakeFileSystemClient, path: string, content: Buffer): Promise<void> {
  await zone.getFileClient(path).upload(content, { close: true });
}
