import { randomUUID } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import { parseAddress } from '../address.ts';
import { checkSource, checkWrite } from '../conditions.ts';
import { createError, StorageError } from '../storage-error.ts';
import {
  type Call,
  type CallRequest,
  createBlobChange,
  parseMetadata,
  requireContainer,
  requireEntry,
  toVersionHeaders,
} from './call.ts';

/** Within this account alone, so it is over when it is answered: a copy never is pending, and none can be aborted. */
export const copyBlob: Call = {
  name: 'CopyBlob',
  endpoint: 'blob',
  async execute(request, context) {
    const { disk, properties, staging } = context;
    requireContainer(request, context, 'blob');
    const source = { ...request, address: parseCopySource(request, context.account) };
    requireContainer(source, context, 'blob');
    const copied = requireEntry(source, context, 'blob');
    if (copied.isDirectory) throw createError('PathConflict', source.address.path);
    checkSource(request.headers, copied);
    const before = disk.findEntry(request.address);
    checkWrite(request.headers, before, 'blob');
    if (before?.isDirectory) throw createError('PathConflict', request.address.path);
    const content = staging.createFile();
    try {
      copyFileSync(disk.getFile(source.address), content);
      disk.makeParents(request.address);
      const entry = disk.commit(content, request.address);
      const { contentType, metadata } = properties.get(source.address);
      const newMetadata = parseMetadata(request.headers);
      properties.put(request.address, {
        contentType,
        metadata: Object.keys(newMetadata).length > 0 ? newMetadata : metadata,
      });
      staging.discard(request.address);
      context.publish(createBlobChange(request, 'CopyBlob', entry, contentType));
      return {
        status: 202,
        headers: { ...toVersionHeaders(entry), 'x-ms-copy-id': randomUUID(), 'x-ms-copy-status': 'success' },
      };
    } finally {
      rmSync(content, { force: true });
    }
  },
};

function parseCopySource({ headers }: CallRequest, account: string) {
  const { host, pathname } = new URL(String(headers['x-ms-copy-source']), 'http://lake');
  if (host === headers.host) return parseAddress(pathname, account, false);
  throw new StorageError(
    501,
    'NotImplemented',
    `'${host}' is another account; this lake copies within its own. Read there and write here.`,
  );
}
