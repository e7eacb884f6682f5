import { dirname } from 'node:path';
import { parseRenameSource } from '../address.ts';
import { checkSource, checkWrite } from '../conditions.ts';
import { createError } from '../storage-error.ts';
import {
  type Call,
  type CallContext,
  type CallRequest,
  createBlobChange,
  requireContainer,
  toVersionHeaders,
} from './call.ts';

/** One step on disk for a file and for a directory, so that nobody sees half of it. */
export const renamePath: Call = {
  name: 'RenamePath',
  endpoint: 'path',
  async execute(request, context) {
    const { disk, properties, staging } = context;
    const source = parseRenameSource(String(request.headers['x-ms-rename-source']), context.account);
    requireContainer({ ...request, address: source }, context, 'path');
    requireContainer(request, context, 'path');
    const moved = disk.findEntry(source);
    if (moved === undefined || source.path === '') throw createError('SourcePathNotFound', source.path);
    checkSource(request.headers, moved);
    checkWrite(request.headers, disk.findEntry(request.address), 'path');
    checkTarget(request, context, moved.isDirectory);
    disk.move(source, request.address);
    properties.move(source, request.address);
    staging.discard(request.address);
    staging.discard(source);
    const entry = disk.requireEntry(request.address);
    const { contentType } = properties.get(request.address);
    const kind = moved.isDirectory ? 'Directory' : 'File';
    context.publish({
      ...createBlobChange(request, `Rename${kind}`, entry, contentType),
      type: `Microsoft.Storage.${moved.isDirectory ? 'Directory' : 'Blob'}Renamed`,
      source,
    });
    return { status: 201, headers: toVersionHeaders(entry) };
  },
};

function checkTarget({ address }: CallRequest, { disk }: CallContext, movesDirectory: boolean): void {
  const parent = disk.findEntry({ ...address, path: dirname(address.path) });
  if (parent?.isDirectory !== true) throw createError('RenameDestinationParentPathNotFound', address.path);
  const target = disk.findEntry(address);
  if (target === undefined) return;
  if (target.isDirectory !== movesDirectory) throw createError('PathConflict', address.path);
  if (target.isDirectory && !disk.isEmpty(address)) throw createError('DirectoryNotEmpty', address.path);
}
