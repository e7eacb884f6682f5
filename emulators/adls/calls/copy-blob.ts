import { randomUUID } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import { parseAddress } from '../address.ts';
import { checkSource, checkWrite } from '../conditions.ts';
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

/** Within this account alone, so it is over when it is answered, unless a fault lets it pend. None can be aborted. */
export const copyBlob: Call = {
  name: 'CopyBlob',
  endpoint: 'blob',
  async execute(request, context) {
    const { disk, properties, staging } = context;
    requireContainer(request, context, 'blob');
    const source = findSource(request, context);
    const before = disk.findEntry(request.address);
    checkWrite(request.headers, before, 'blob');
    if (before?.isDirectory) throw createError('PathConflict', request.address.path);
    disk.makeParents(request.address);
    const content = staging.createFile();
    copyFileSync(disk.getFile(source.address), content);
    const { contentType, metadata } = properties.get(source.address);
    const newMetadata = parseMetadata(request.headers);
    properties.put(request.address, {
      contentType,
      metadata: Object.keys(newMetadata).length > 0 ? newMetadata : metadata,
    });
    staging.discard(request.address);
    const entry = putCopy(request, context, content);
    context.publish(createBlobChange(request, 'CopyBlob', entry, contentType));
    return { status: 202, headers: { ...toVersionHeaders(entry), ...context.copies.describe(entry.etag) } };
  },
};

function findSource(request: CallRequest, context: CallContext): CallRequest {
  const source = { ...request, address: parseCopySource(request, context.account) };
  requireContainer(source, context, 'blob');
  const copied = requireEntry(source, context, 'blob');
  if (copied.isDirectory) throw createError('PathConflict', source.address.path);
  checkSource(request.headers, copied);
  requireContent(source, copied);
  return source;
}

/** What lies there when the call is answered: all of it, or an empty blob that the content takes the place of later. */
function putCopy({ address, faults }: CallRequest, { copies, disk, staging }: CallContext, content: string): Entry {
  const id = randomUUID();
  const pend = faults.find((fault) => fault.do === 'pend');
  const finish = () => {
    const entry = disk.commit(content, address);
    copies.note(entry.etag, { id, status: 'success' });
    return entry;
  };
  if (pend === undefined) return finish();
  const empty = disk.commit(staging.createFile(), address);
  copies.note(empty.etag, { id, status: 'pending' });
  copies.finishLater(pend.milliseconds, () => {
    if (disk.findEntry(address)?.etag === empty.etag) return void finish();
    // Somebody has written over it, or has taken it elsewhere.
    copies.note(empty.etag, { id, status: 'aborted' });
    rmSync(content);
  });
  return empty;
}

function parseCopySource({ headers }: CallRequest, account: string) {
  const { host, pathname } = new URL(String(headers['x-ms-copy-source']), 'http://lake');
  if (host === headers.host) return parseAddress(pathname, account, false);
  throw new StorageError(
    501,
    'NotImplemented',
    `'${host}' is another account; this lake copies within its own. Read there and write here.`,
  );
}
