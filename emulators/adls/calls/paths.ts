import { rmSync } from 'node:fs';
import { checkWrite } from '../conditions.ts';
import { createError } from '../storage-error.ts';
import {
  type Call,
  type CallContext,
  type CallRequest,
  createBlobChange,
  parseProperties,
  requireContainer,
  requireContent,
  requireEntry,
  toVersionHeaders,
} from './call.ts';

export const createFile: Call = {
  name: 'CreateFile',
  endpoint: 'path',
  async execute(request, context) {
    const { disk, staging, properties } = context;
    requireContainer(request, context, 'path');
    const before = disk.findEntry(request.address);
    checkWrite(request.headers, before, 'path');
    if (before?.isDirectory) throw createError('PathConflict', request.address.path);
    disk.makeParents(request.address);
    staging.discard(request.address);
    const entry = disk.commit(staging.createFile(), request.address);
    const contentType = String(request.headers['x-ms-content-type'] ?? 'application/octet-stream');
    properties.put(request.address, { contentType, metadata: parseProperties(request.headers) });
    context.publish(createBlobChange(request, 'CreateFile', entry, contentType));
    return { status: 201, headers: { ...toVersionHeaders(entry), 'x-ms-request-server-encrypted': 'true' } };
  },
};

export const createDirectory: Call = {
  name: 'CreateDirectory',
  endpoint: 'path',
  async execute(request, context) {
    const { disk, properties } = context;
    requireContainer(request, context, 'path');
    const before = disk.findEntry(request.address);
    checkWrite(request.headers, before, 'path');
    if (before !== undefined && !before.isDirectory) throw createError('PathConflict', request.address.path);
    disk.makeDirectory(request.address);
    const metadata = parseProperties(request.headers);
    properties.put(request.address, { contentType: 'application/octet-stream', metadata });
    const entry = disk.requireEntry(request.address);
    context.publish({
      ...createBlobChange(request, 'CreateDirectory', entry, ''),
      type: 'Microsoft.Storage.DirectoryCreated',
    });
    return { status: 201, headers: toVersionHeaders(entry) };
  },
};

export const appendFile: Call = {
  name: 'AppendFile',
  endpoint: 'path',
  async execute(request, context) {
    const { staging } = context;
    requireFile(request, context);
    const position = parsePosition(request);
    const received = await staging.receive(request.body);
    try {
      // The file may have gone while the body was on its way.
      const { length } = requireFile(request, context);
      if (position < length) throw createError('InvalidFlushPosition', request.address.path);
      staging.keep(received, request.address, position);
    } finally {
      rmSync(received, { force: true });
    }
    if (request.query.get('flush') === 'true')
      return flush(request, context, context.staging.getEnd(request.address, position));
    return { status: 202, headers: { 'x-ms-request-server-encrypted': 'true' } };
  },
};

export const flushFile: Call = {
  name: 'FlushFile',
  endpoint: 'path',
  async execute(request, context) {
    return flush(request, context, parsePosition(request));
  },
};

function flush(request: CallRequest, context: CallContext, position: number) {
  const { disk, staging, properties } = context;
  const before = requireFile(request, context);
  checkWrite(request.headers, before, 'path');
  const joined = staging.join(
    request.address,
    { file: disk.getFile(request.address), length: before.length },
    position,
  );
  const entry = disk.commit(joined, request.address);
  const { contentType, metadata } = properties.get(request.address);
  const type = String(request.headers['x-ms-content-type'] ?? contentType);
  properties.put(request.address, { contentType: type, metadata });
  // Only a writer that says it is done makes an event: a flush alone may be followed by more.
  if (request.query.get('close') === 'true') context.publish(createBlobChange(request, 'FlushWithClose', entry, type));
  return { status: 200, headers: { ...toVersionHeaders(entry), 'x-ms-request-server-encrypted': 'true' } };
}

export const deletePath: Call = {
  name: 'DeletePath',
  endpoint: 'path',
  async execute(request, context) {
    const { disk, properties, staging } = context;
    requireContainer(request, context, 'path');
    const entry = requireEntry(request, context, 'path');
    checkWrite(request.headers, entry, 'path');
    const isRecursive = request.query.get('recursive') === 'true';
    if (entry.isDirectory && !isRecursive && !disk.isEmpty(request.address)) {
      throw createError('DirectoryNotEmpty', request.address.path);
    }
    disk.remove(request.address, entry.isDirectory);
    properties.remove(request.address);
    staging.discard(request.address);
    return { status: 200, headers: { 'x-ms-delete-type-permanent': 'true' } };
  },
};

export const getPathStatus: Call = {
  name: 'GetPathStatus',
  endpoint: 'path',
  async execute(request, context) {
    requireContainer(request, context, 'path');
    const entry = requireEntry(request, context, 'path');
    const kind = { 'x-ms-resource-type': entry.isDirectory ? 'directory' : 'file', 'accept-ranges': 'bytes' };
    return { status: 200, headers: { ...toVersionHeaders(entry), ...kind, 'content-length': String(entry.length) } };
  },
};

function requireFile(request: CallRequest, context: CallContext) {
  requireContainer(request, context, 'path');
  const entry = requireEntry(request, context, 'path');
  if (entry.isDirectory) throw createError('PathConflict', request.address.path);
  requireContent(request, entry);
  return entry;
}

function parsePosition({ query }: CallRequest): number {
  const position = Number(query.get('position') ?? Number.NaN);
  if (!Number.isSafeInteger(position) || position < 0) throw createError('InvalidQueryParameterValue', 'position');
  return position;
}
