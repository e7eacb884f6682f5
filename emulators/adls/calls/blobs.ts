import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, rmSync } from 'node:fs';
import { checkRead, checkWrite } from '../conditions.ts';
import type { Entry } from '../disk/entry.ts';
import { createError, StorageError } from '../storage-error.ts';
import {
  type Call,
  type CallContext,
  type CallRequest,
  createBlobChange,
  parseMetadata,
  requireContainer,
  requireContent,
  requireEntry,
  toVersionHeaders,
} from './call.ts';

export const putBlob: Call = {
  name: 'PutBlob',
  endpoint: 'blob',
  async execute(request, context) {
    const { disk, staging, properties } = context;
    requireContainer(request, context, 'blob');
    if (request.headers['x-ms-blob-type'] !== 'BlockBlob') throw createError('InvalidHeaderValue', 'x-ms-blob-type');
    const received = await staging.receive(request.body);
    try {
      requireContainer(request, context, 'blob');
      const before = disk.findEntry(request.address);
      checkWrite(request.headers, before, 'blob');
      if (before?.isDirectory) throw createError('PathConflict', request.address.path);
      checkDigest(request, received);
      disk.makeParents(request.address);
      const entry = disk.commit(received, request.address);
      const contentType = String(
        request.headers['x-ms-blob-content-type'] ?? request.headers['content-type'] ?? 'application/octet-stream',
      );
      properties.put(request.address, { contentType, metadata: parseMetadata(request.headers) });
      staging.discard(request.address);
      if (request.headers['x-ms-access-tier'] === 'Archive') disk.archive(request.address);
      context.publish(createBlobChange(request, 'PutBlob', entry, contentType));
      return { status: 201, headers: { ...toVersionHeaders(entry), 'x-ms-request-server-encrypted': 'true' } };
    } finally {
      rmSync(received, { force: true });
    }
  },
};

export const getBlob: Call = {
  name: 'GetBlob',
  endpoint: 'blob',
  async execute(request, context) {
    const entry = requireReadable(request, context);
    if (entry.isDirectory) throw new StorageError(409, 'PathConflict', 'A directory has no content to read.');
    requireContent(request, entry);
    const range = parseRange(request, entry);
    const { start, end } = range ?? { start: 0, end: entry.length - 1 };
    const headers = {
      ...describeEntry(request, context, entry),
      'content-length': String(end - start + 1),
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${entry.length}` }),
    };
    const file = context.disk.getFile(request.address);
    const body = entry.length === 0 ? '' : createReadStream(file, { start, end });
    return { status: range === undefined ? 200 : 206, headers, body };
  },
};

export const getBlobProperties: Call = {
  name: 'GetBlobProperties',
  endpoint: 'blob',
  async execute(request, context) {
    const entry = requireReadable(request, context);
    return {
      status: 200,
      headers: { ...describeEntry(request, context, entry), 'content-length': String(entry.length) },
    };
  },
};

export const setBlobMetadata: Call = {
  name: 'SetBlobMetadata',
  endpoint: 'blob',
  async execute(request, context) {
    const { disk, properties } = context;
    requireContainer(request, context, 'blob');
    const before = requireEntry(request, context, 'blob');
    checkWrite(request.headers, before, 'blob');
    requireContent(request, before);
    properties.put(request.address, { ...properties.get(request.address), metadata: parseMetadata(request.headers) });
    if (!before.isDirectory) disk.stamp(disk.getFile(request.address));
    return { status: 200, headers: toVersionHeaders(disk.requireEntry(request.address)) };
  },
};

export const deleteBlob: Call = {
  name: 'DeleteBlob',
  endpoint: 'blob',
  async execute(request, context) {
    const { disk, properties, staging } = context;
    requireContainer(request, context, 'blob');
    const entry = requireEntry(request, context, 'blob');
    checkWrite(request.headers, entry, 'blob');
    if (entry.isDirectory && !disk.isEmpty(request.address))
      throw createError('DirectoryNotEmpty', request.address.path);
    disk.remove(request.address, entry.isDirectory);
    properties.remove(request.address);
    staging.discard(request.address);
    return { status: 202, headers: { 'x-ms-delete-type-permanent': 'true' } };
  },
};

function requireReadable(request: CallRequest, context: CallContext): Entry {
  requireContainer(request, context, 'blob');
  const entry = requireEntry(request, context, 'blob');
  checkRead(request.headers, entry);
  return entry;
}

function describeEntry(
  { address }: CallRequest,
  { copies, leases, properties }: CallContext,
  entry: Entry,
): Record<string, string> {
  const { contentType, metadata } = properties.get(address);
  const folderHeaders = entry.isDirectory ? { 'x-ms-meta-hdi_isfolder': 'true' } : {};
  const metadataHeaders = Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]);
  return {
    ...toVersionHeaders(entry),
    ...copies.describe(entry.etag),
    ...Object.fromEntries(metadataHeaders),
    ...folderHeaders,
    'content-type': contentType,
    'accept-ranges': 'bytes',
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-creation-time': entry.created.toUTCString(),
    'x-ms-resource-type': entry.isDirectory ? 'directory' : 'file',
    'x-ms-lease-state': leases.isLeased(address) ? 'leased' : 'available',
    'x-ms-lease-status': leases.isLeased(address) ? 'locked' : 'unlocked',
    'x-ms-server-encrypted': 'true',
    'x-ms-access-tier': entry.tier,
  };
}

function parseRange({ headers }: CallRequest, { length }: Entry): { start: number; end: number } | undefined {
  const text = headers['x-ms-range'] ?? headers.range;
  const match = /^bytes=(\d+)-(\d*)$/.exec(String(text ?? ''));
  if (match === null) return undefined;
  const start = Number(match[1]);
  if (start >= length)
    throw new StorageError(416, 'InvalidRange', `The range starts behind the last of ${length} bytes.`);
  return { start, end: Math.min(match[2] === '' ? length - 1 : Number(match[2]), length - 1) };
}

function checkDigest({ headers }: CallRequest, received: string): void {
  const digest = headers['content-md5'];
  if (digest === undefined) return;
  if (createHash('md5').update(readFileSync(received)).digest('base64') !== digest) throw createError('Md5Mismatch');
}
