import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { checkWrite } from '../conditions.ts';
import { createError } from '../storage-error.ts';
import { type Call, createBlobChange, parseMetadata, requireContainer, toVersionHeaders } from './call.ts';

/** Large blobs arrive in blocks, which mean nothing until a list names them. */
export const putBlock: Call = {
  name: 'PutBlock',
  endpoint: 'blob',
  async execute(request, context) {
    requireContainer(request, context, 'blob');
    const id = request.query.get('blockid') ?? '';
    if (id === '') throw createError('InvalidQueryParameterValue', 'blockid');
    const received = await context.staging.receive(request.body);
    try {
      requireContainer(request, context, 'blob');
      context.blocks.keep(received, request.address, id);
    } finally {
      rmSync(received, { force: true });
    }
    return { status: 201, headers: { 'x-ms-request-server-encrypted': 'true' } };
  },
};

export const putBlockList: Call = {
  name: 'PutBlockList',
  endpoint: 'blob',
  async execute(request, context) {
    const { blocks, disk, properties, staging } = context;
    const list = await text(request.body);
    requireContainer(request, context, 'blob');
    const before = disk.findEntry(request.address);
    checkWrite(request.headers, before, 'blob');
    if (before?.isDirectory) throw createError('PathConflict', request.address.path);
    const ids = [...list.matchAll(/<(Latest|Uncommitted|Committed)>([^<]+)<\/\1>/g)].map(([, , id = '']) => id);
    const joined = staging.createFile();
    try {
      blocks.join(request.address, ids, joined);
      disk.makeParents(request.address);
      const entry = disk.commit(joined, request.address);
      const contentType = String(request.headers['x-ms-blob-content-type'] ?? 'application/octet-stream');
      properties.put(request.address, { contentType, metadata: parseMetadata(request.headers) });
      blocks.discard(request.address);
      staging.discard(request.address);
      context.publish(createBlobChange(request, 'PutBlockList', entry, contentType));
      return { status: 201, headers: { ...toVersionHeaders(entry), 'x-ms-request-server-encrypted': 'true' } };
    } finally {
      rmSync(joined, { force: true });
    }
  },
};
