import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, rmSync } from 'node:fs';
import { checkRead, checkWrite } from '../conditions.ts';
import type { Entry } from '../disk/entry.ts';
import { Refusal, refuse } from '../storage-error.ts';
import {
  type Asked,
  type Call,
  happeningOf,
  metadataIn,
  requireContainer,
  requireEntry,
  stamps,
  type World,
} from './call.ts';

export const putBlob: Call = {
  name: 'PutBlob',
  half: 'blob',
  async perform(asked, world) {
    const { disk, staging, properties } = world;
    requireContainer(asked, world, 'blob');
    if (asked.headers['x-ms-blob-type'] !== 'BlockBlob') throw refuse('InvalidHeaderValue', 'x-ms-blob-type');
    const received = await staging.receive(asked.body);
    try {
      requireContainer(asked, world, 'blob');
      const before = disk.entry(asked.address);
      checkWrite(asked.headers, before, 'blob');
      if (before?.isDirectory) throw refuse('PathConflict', asked.address.path);
      checkDigest(asked, received);
      disk.makeParents(asked.address);
      const entry = disk.commit(received, asked.address);
      const contentType = String(
        asked.headers['x-ms-blob-content-type'] ?? asked.headers['content-type'] ?? 'application/octet-stream',
      );
      properties.put(asked.address, { contentType, metadata: metadataIn(asked.headers) });
      staging.discard(asked.address);
      world.tell(happeningOf(asked, 'PutBlob', entry, contentType));
      return { status: 201, headers: { ...stamps(entry), 'x-ms-request-server-encrypted': 'true' } };
    } finally {
      rmSync(received, { force: true });
    }
  },
};

export const getBlob: Call = {
  name: 'GetBlob',
  half: 'blob',
  async perform(asked, world) {
    const entry = found(asked, world);
    if (entry.isDirectory) throw new Refusal(409, 'PathConflict', 'A directory has no content to read.');
    const range = rangeOf(asked, entry);
    const { start, end } = range ?? { start: 0, end: entry.length - 1 };
    const headers = {
      ...described(asked, world, entry),
      'content-length': String(end - start + 1),
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${entry.length}` }),
    };
    const file = world.disk.file(asked.address);
    const body = entry.length === 0 ? '' : createReadStream(file, { start, end });
    return { status: range === undefined ? 200 : 206, headers, body };
  },
};

export const getBlobProperties: Call = {
  name: 'GetBlobProperties',
  half: 'blob',
  async perform(asked, world) {
    const entry = found(asked, world);
    return { status: 200, headers: { ...described(asked, world, entry), 'content-length': String(entry.length) } };
  },
};

export const setBlobMetadata: Call = {
  name: 'SetBlobMetadata',
  half: 'blob',
  async perform(asked, world) {
    const { disk, properties } = world;
    requireContainer(asked, world, 'blob');
    const before = requireEntry(asked, world, 'blob');
    checkWrite(asked.headers, before, 'blob');
    properties.put(asked.address, { ...properties.get(asked.address), metadata: metadataIn(asked.headers) });
    if (!before.isDirectory) disk.stamp(disk.file(asked.address));
    return { status: 200, headers: stamps(disk.mustHave(asked.address)) };
  },
};

export const deleteBlob: Call = {
  name: 'DeleteBlob',
  half: 'blob',
  async perform(asked, world) {
    const { disk, properties, staging } = world;
    requireContainer(asked, world, 'blob');
    const entry = requireEntry(asked, world, 'blob');
    checkWrite(asked.headers, entry, 'blob');
    if (entry.isDirectory && !disk.isEmpty(asked.address)) throw refuse('DirectoryNotEmpty', asked.address.path);
    disk.remove(asked.address, entry.isDirectory);
    properties.remove(asked.address);
    staging.discard(asked.address);
    return { status: 202, headers: { 'x-ms-delete-type-permanent': 'true' } };
  },
};

function found(asked: Asked, world: World): Entry {
  requireContainer(asked, world, 'blob');
  const entry = requireEntry(asked, world, 'blob');
  checkRead(asked.headers, entry);
  return entry;
}

function described({ address }: Asked, { properties, leases }: World, entry: Entry): Record<string, string> {
  const { contentType, metadata } = properties.get(address);
  const folder = entry.isDirectory ? { 'x-ms-meta-hdi_isfolder': 'true' } : {};
  const named = Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]);
  return {
    ...stamps(entry),
    ...Object.fromEntries(named),
    ...folder,
    'content-type': contentType,
    'accept-ranges': 'bytes',
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-creation-time': entry.created.toUTCString(),
    'x-ms-resource-type': entry.isDirectory ? 'directory' : 'file',
    'x-ms-lease-state': leases.isLeased(address) ? 'leased' : 'available',
    'x-ms-lease-status': leases.isLeased(address) ? 'locked' : 'unlocked',
    'x-ms-server-encrypted': 'true',
    'x-ms-access-tier': 'Hot',
  };
}

function rangeOf({ headers }: Asked, { length }: Entry): { start: number; end: number } | undefined {
  const text = headers['x-ms-range'] ?? headers.range;
  const given = /^bytes=(\d+)-(\d*)$/.exec(String(text ?? ''));
  if (given === null) return undefined;
  const start = Number(given[1]);
  if (start >= length) throw new Refusal(416, 'InvalidRange', `The range starts behind the last of ${length} bytes.`);
  return { start, end: Math.min(given[2] === '' ? length - 1 : Number(given[2]), length - 1) };
}

function checkDigest({ headers }: Asked, received: string): void {
  const given = headers['content-md5'];
  if (given === undefined) return;
  if (createHash('md5').update(readFileSync(received)).digest('base64') !== given) throw refuse('Md5Mismatch');
}
