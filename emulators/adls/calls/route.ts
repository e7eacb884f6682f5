import { Refusal } from '../storage-error.ts';
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

export type Asking = {
  method: string;
  query: URLSearchParams;
  path: string;
  /** What a header makes of a plain write. */
  copies: boolean;
  renames: boolean;
};

/** Which call a request is. Both halves of the service share one address, so the query tells them apart. */
export function callOf(asking: Asking): Call {
  const call = asking.path === '' ? callOnContainer(asking) : callOnPath(asking);
  if (call !== undefined) return call;
  const { method, query } = asking;
  throw new Refusal(
    501,
    'NotImplemented',
    `'${method} ?${query}' is not offered by this lake. Its README lists the calls that are.`,
  );
}

function callOnContainer({ method, query }: Asking): Call | undefined {
  if (query.get('resource') === 'filesystem') return method === 'GET' ? listPaths : undefined;
  if (query.get('restype') !== 'container') return undefined;
  if (query.get('comp') === 'list') return method === 'GET' ? listBlobs : undefined;
  if (query.has('comp')) return undefined;
  if (method === 'PUT') return createContainer;
  if (method === 'DELETE') return deleteContainer;
  return method === 'GET' || method === 'HEAD' ? getContainerProperties : undefined;
}

function callOnPath(asking: Asking): Call | undefined {
  const { method, query } = asking;
  if (method === 'PUT') return putOnPath(asking);
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

function putOnPath({ copies, query, renames }: Asking): Call | undefined {
  if (renames) return renamePath;
  if (query.get('resource') === 'file') return createFile;
  if (query.get('resource') === 'directory') return createDirectory;
  const onBlob = { metadata: setBlobMetadata, block: putBlock, blocklist: putBlockList, lease: leaseBlob };
  const comp = query.get('comp') ?? '';
  if (Object.hasOwn(onBlob, comp)) return onBlob[comp as keyof typeof onBlob];
  if (query.has('comp') || query.has('resource')) return undefined;
  return copies ? copyBlob : putBlob;
}
