import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Address } from '../address.ts';
import type { Blocks } from '../disk/blocks.ts';
import type { Disk } from '../disk/disk.ts';
import type { Entry } from '../disk/entry.ts';
import type { PropertyStore } from '../disk/properties.ts';
import type { Staging } from '../disk/staging.ts';
import type { Happening } from '../events/blob-change.ts';
import type { Leases } from '../leases.ts';
import { refuse } from '../storage-error.ts';

/** Everything a call works with. */
export type World = {
  account: string;
  disk: Disk;
  staging: Staging;
  blocks: Blocks;
  properties: PropertyStore;
  leases: Leases;
  tell: (happening: Happening) => void;
};

export type Asked = {
  headers: IncomingHttpHeaders;
  query: URLSearchParams;
  address: Address;
  body: Readable;
  requestId: string;
};

export type Reply = {
  status: number;
  headers: Record<string, string>;
  body?: string | Readable;
};

export type Call = {
  name: string;
  /** The half of the service that answers: errors are XML from the blob half and JSON from the path half. */
  half: 'blob' | 'path';
  perform(asked: Asked, world: World): Promise<Reply>;
};

export function stamps(entry: Entry): Record<string, string> {
  return { etag: `"${entry.etag}"`, 'last-modified': entry.modified.toUTCString() };
}

export function requireContainer({ address }: Asked, { disk }: World, half: Call['half']): void {
  if (!disk.hasContainer(address.container)) {
    throw refuse(half === 'blob' ? 'ContainerNotFound' : 'FilesystemNotFound', address.container);
  }
}

/** A blob that is there; directories count, as they do on an account with folders. */
export function requireEntry({ address }: Asked, { disk }: World, half: Call['half']): Entry {
  const entry = disk.entry(address);
  if (entry === undefined) throw refuse(half === 'blob' ? 'BlobNotFound' : 'PathNotFound', address.path);
  return entry;
}

export function happeningOf(asked: Asked, api: string, entry: Entry, contentType: string): Happening {
  return {
    type: 'Microsoft.Storage.BlobCreated',
    api,
    address: asked.address,
    etag: entry.etag,
    contentLength: entry.length,
    contentType,
    requestId: asked.requestId,
    clientRequestId: String(asked.headers['x-ms-client-request-id'] ?? ''),
  };
}

export function metadataIn(headers: IncomingHttpHeaders): Record<string, string> {
  const pairs = Object.entries(headers).filter(([name]) => name.startsWith('x-ms-meta-'));
  return Object.fromEntries(pairs.map(([name, value]) => [name.slice('x-ms-meta-'.length), String(value)]));
}

/** The path half sends metadata as `name=base64,…`. */
export function propertiesIn(headers: IncomingHttpHeaders): Record<string, string> {
  const text = headers['x-ms-properties'];
  if (typeof text !== 'string' || text === '') return {};
  const pairs = text.split(',').map((pair) => {
    const cut = pair.indexOf('=');
    if (cut < 1) throw refuse('InvalidHeaderValue', 'x-ms-properties');
    return [pair.slice(0, cut).trim(), Buffer.from(pair.slice(cut + 1), 'base64').toString()];
  });
  return Object.fromEntries(pairs);
}
