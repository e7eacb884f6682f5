import { rmSync } from 'node:fs';
import { checkWrite } from '../conditions.ts';
import { refuse } from '../storage-error.ts';
import {
  type Asked,
  type Call,
  happeningOf,
  propertiesIn,
  requireContainer,
  requireEntry,
  stamps,
  type World,
} from './call.ts';

export const createFile: Call = {
  name: 'CreateFile',
  half: 'path',
  async perform(asked, world) {
    const { disk, staging, properties } = world;
    requireContainer(asked, world, 'path');
    const before = disk.entry(asked.address);
    checkWrite(asked.headers, before, 'path');
    if (before?.isDirectory) throw refuse('PathConflict', asked.address.path);
    disk.makeParents(asked.address);
    staging.discard(asked.address);
    const entry = disk.commit(staging.empty(), asked.address);
    const contentType = String(asked.headers['x-ms-content-type'] ?? 'application/octet-stream');
    properties.put(asked.address, { contentType, metadata: propertiesIn(asked.headers) });
    world.tell(happeningOf(asked, 'CreateFile', entry, contentType));
    return { status: 201, headers: { ...stamps(entry), 'x-ms-request-server-encrypted': 'true' } };
  },
};

export const createDirectory: Call = {
  name: 'CreateDirectory',
  half: 'path',
  async perform(asked, world) {
    const { disk, properties } = world;
    requireContainer(asked, world, 'path');
    const before = disk.entry(asked.address);
    checkWrite(asked.headers, before, 'path');
    if (before !== undefined && !before.isDirectory) throw refuse('PathConflict', asked.address.path);
    disk.makeDirectory(asked.address);
    const metadata = propertiesIn(asked.headers);
    properties.put(asked.address, { contentType: 'application/octet-stream', metadata });
    const entry = disk.mustHave(asked.address);
    world.tell({ ...happeningOf(asked, 'CreateDirectory', entry, ''), type: 'Microsoft.Storage.DirectoryCreated' });
    return { status: 201, headers: stamps(entry) };
  },
};

export const appendFile: Call = {
  name: 'AppendFile',
  half: 'path',
  async perform(asked, world) {
    const { staging } = world;
    requireFile(asked, world);
    const position = positionIn(asked);
    const received = await staging.receive(asked.body);
    try {
      // The file may have gone while the body was on its way.
      const { length } = requireFile(asked, world);
      if (position < length) throw refuse('InvalidFlushPosition', asked.address.path);
      staging.keep(received, asked.address, position);
    } finally {
      rmSync(received, { force: true });
    }
    if (asked.query.get('flush') === 'true') return flush(asked, world, world.staging.end(asked.address, position));
    return { status: 202, headers: { 'x-ms-request-server-encrypted': 'true' } };
  },
};

export const flushFile: Call = {
  name: 'FlushFile',
  half: 'path',
  async perform(asked, world) {
    return flush(asked, world, positionIn(asked));
  },
};

function flush(asked: Asked, world: World, position: number) {
  const { disk, staging, properties } = world;
  const before = requireFile(asked, world);
  checkWrite(asked.headers, before, 'path');
  const joined = staging.join(asked.address, { file: disk.file(asked.address), length: before.length }, position);
  const entry = disk.commit(joined, asked.address);
  const { contentType, metadata } = properties.get(asked.address);
  const type = String(asked.headers['x-ms-content-type'] ?? contentType);
  properties.put(asked.address, { contentType: type, metadata });
  // Only a writer that says it is done makes an event: a flush alone may be followed by more.
  if (asked.query.get('close') === 'true') world.tell(happeningOf(asked, 'FlushWithClose', entry, type));
  return { status: 200, headers: { ...stamps(entry), 'x-ms-request-server-encrypted': 'true' } };
}

export const deletePath: Call = {
  name: 'DeletePath',
  half: 'path',
  async perform(asked, world) {
    const { disk, properties, staging } = world;
    requireContainer(asked, world, 'path');
    const entry = requireEntry(asked, world, 'path');
    checkWrite(asked.headers, entry, 'path');
    const isRecursive = asked.query.get('recursive') === 'true';
    if (entry.isDirectory && !isRecursive && !disk.isEmpty(asked.address)) {
      throw refuse('DirectoryNotEmpty', asked.address.path);
    }
    disk.remove(asked.address, entry.isDirectory);
    properties.remove(asked.address);
    staging.discard(asked.address);
    return { status: 200, headers: { 'x-ms-delete-type-permanent': 'true' } };
  },
};

export const getPathStatus: Call = {
  name: 'GetPathStatus',
  half: 'path',
  async perform(asked, world) {
    requireContainer(asked, world, 'path');
    const entry = requireEntry(asked, world, 'path');
    const kind = { 'x-ms-resource-type': entry.isDirectory ? 'directory' : 'file', 'accept-ranges': 'bytes' };
    return { status: 200, headers: { ...stamps(entry), ...kind, 'content-length': String(entry.length) } };
  },
};

function requireFile(asked: Asked, world: World) {
  requireContainer(asked, world, 'path');
  const entry = requireEntry(asked, world, 'path');
  if (entry.isDirectory) throw refuse('PathConflict', asked.address.path);
  return entry;
}

function positionIn({ query }: Asked): number {
  const position = Number(query.get('position') ?? Number.NaN);
  if (!Number.isSafeInteger(position) || position < 0) throw refuse('InvalidQueryParameterValue', 'position');
  return position;
}
