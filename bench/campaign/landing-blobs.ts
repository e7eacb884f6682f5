import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';

/** The landing zone as tools see it that speak of blobs: they copy, and they know of tiers. */
export function toBlobs({ credential, url }: DataLakeFileSystemClient): ContainerClient {
  if (credential instanceof StorageSharedKeyCredential) return new ContainerClient(url, credential);
  throw new Error(`'${url}' is opened without its key. Only a landing zone of this machine has copies and tiers here.`);
}
