import { StorageError } from '../storage-error.ts';
import { deleteBlob, getBlob, getBlobProperties, putBlob, setBlobMetadata } from './blobs.ts';
import { putBlock, putBlockList } from './blocks.ts';
import type { Call } from './call.ts';
import { createContainer, deleteContainer, getContainerProperties } from './containers.ts';
import { copyBlob } from './copy-blob.ts';
import { leaseBlob } from './lease.ts';
import { listBlobs } from './list-blobs.ts';
import { listPaths } from './list-paths.ts';
import { appendFile, createDirectory, createFile, deletePath, flushFile, getPathStatus } from './paths.ts';
import { renamePath } from './rename.ts';
import { setBlobTier } from './set-blob-tier.ts';

export type RequestShape = {
  method: string;
  query: URLSearchParams;
  path: string;
  /** What a header makes of a plain write. */
  copies: boolean;
  renames: boolean;
};

/** Which call a request is. Both endpoints share one address, so the query tells them apart. */
export function selectCall(request: RequestShape): Call {
  const call = request.path === '' ? selectContainerCall(request) : selectPathCall(request);
  if (call !== undefined) return call;
  const { method, query } = request;
  throw new StorageError(
    501,
    'NotImplemented',
    `'${method} ?${query}' is not offered by this lake. Its README lists the calls that are.`,
  );
}

function selectContainerCall({ method, query }: RequestShape): Call | undefined {
  if (query.get('resource') === 'filesystem') return method === 'GET' ? listPaths : undefined;
  if (query.get('restype') !== 'container') return undefined;
  if (query.get('comp') === 'list') return method === 'GET' ? listBlobs : undefined;
  if (query.has('comp')) return undefined;
  if (method === 'PUT') return createContainer;
  if (method === 'DELETE') return deleteContainer;
  return method === 'GET' || method === 'HEAD' ? getContainerProperties : undefined;
}

function selectPathCall(request: RequestShape): Call | undefined {
  const { method, query } = request;
  if (method === 'PUT') return selectPutCall(request);
  if (method === 'PATCH') {
    if (query.get('action') === 'append') return appendFile;
    return query.get('action') === 'flush' ? flushFile : undefined;
  }
  if (query.has('comp') || query.has('snapshot') || query.has('versionid')) return undefined;
  if (method === 'DELETE') return query.has('recursive') ? deletePath : deleteBlob;
  if (method === 'GET') return getBlob;
  if (method !== 'HEAD') return undefined;
  if (query.get('action') === 'getStatus') return getPathStatus;
  return query.has('action') ? undefined : getBlobProperties;
}

function selectPutCall({ copies, query, renames }: RequestShape): Call | undefined {
  if (renames) return renamePath;
  if (query.get('resource') === 'file') return createFile;
  if (query.get('resource') === 'directory') return createDirectory;
  const calls = {
    metadata: setBlobMetadata,
    block: putBlock,
    blocklist: putBlockList,
    lease: leaseBlob,
    tier: setBlobTier,
  };
  const comp = query.get('comp') ?? '';
  if (Object.hasOwn(calls, comp)) return calls[comp as keyof typeof calls];
  if (query.has('comp') || query.has('resource')) return undefined;
  return copies ? copyBlob : putBlob;
}
