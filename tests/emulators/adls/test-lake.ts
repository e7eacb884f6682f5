import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageSharedKeyCredential as BlobCredential, BlobServiceClient } from '@azure/storage-blob';
import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { afterAll, beforeAll } from 'vitest';
import { startLake } from '../../../emulators/adls/lake.ts';
import type { Lake, LakeOptions } from '../../../emulators/adls/options.ts';

export const account = 'locallake';
export const key = randomBytes(64).toString('base64');
// A refusal is what the tests look at, so the clients do not try again by themselves.
const retryOptions = { maxTries: 1 };

/** A lake with one container, for the tests of one file. */
export function createTestLake(options: Partial<LakeOptions> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'lake-'));
  const state = { lake: undefined as Lake | undefined };
  const start = async () => {
    state.lake = await startLake({ port: 0, account, key, root, subscriptions: [], ...options });
    return state.lake;
  };
  const endpoint = () => state.lake?.endpoint ?? '';
  const service = () =>
    new DataLakeServiceClient(endpoint(), new StorageSharedKeyCredential(account, key), { retryOptions });
  const blobs = () => new BlobServiceClient(endpoint(), new BlobCredential(account, key), { retryOptions });

  beforeAll(async () => {
    await start();
    await service().getFileSystemClient('lake').createIfNotExists();
  });
  afterAll(async () => {
    await state.lake?.stop();
    rmSync(root, { recursive: true });
  });

  return {
    root,
    endpoint,
    service,
    fileSystem: () => service().getFileSystemClient('lake'),
    container: () => blobs().getContainerClient('lake'),
    async restart() {
      await state.lake?.stop();
      await start();
    },
  };
}

/** The status and code of a refusal; fails when there was none. */
export async function getError(attempt: Promise<unknown>): Promise<{ status: number; code: string }> {
  try {
    await attempt;
  } catch (error) {
    const { statusCode, code, details } = error as {
      statusCode: number;
      code: string;
      details?: { errorCode?: string };
    };
    return { status: statusCode, code: details?.errorCode ?? code };
  }
  throw new Error('The call was not refused.');
}
