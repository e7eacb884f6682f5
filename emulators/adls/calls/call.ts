import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Fault } from '../../shared/faults.ts';
import type { Address } from '../address.ts';
import type { Copies } from '../copies.ts';
import type { Blocks } from '../disk/blocks.ts';
import type { Disk } from '../disk/disk.ts';
import type { Entry } from '../disk/entry.ts';
import type { PropertyStore } from '../disk/properties.ts';
import type { Staging } from '../disk/staging.ts';
import type { BlobChange } from '../events/blob-change.ts';
import type { Leases } from '../leases.ts';
import { createError } from '../storage-error.ts';

/** Everything a call works with. */
export type CallContext = {
  account: string;
  disk: Disk;
  staging: Staging;
  blocks: Blocks;
  properties: PropertyStore;
  leases: Leases;
  copies: Copies;
  publish: (change: BlobChange) => void;
};

export type CallRequest = {
  headers: IncomingHttpHeaders;
  query: URLSearchParams;
  address: Address;
  body: Readable;
  requestId: string;
  /** What goes wrong with it on purpose. */
  faults: readonly Fault[];
};

export type CallResponse = {
  status: number;
  headers: Record<string, string>;
  body?: string | Readable;
};

export type Call = {
  name: string;
  /** The endpoint that answers: errors are XML from the blob endpoint and JSON from the path endpoint. */
  endpoint: 'blob' | 'path';
  execute(request: CallRequest, context: CallContext): Promise<CallResponse>;
};

export function toVersionHeaders(entry: Entry): Record<string, string> {
  return { etag: `"${entry.etag}"`, 'last-modified': entry.modified.toUTCString() };
}

export function requireContainer({ address }: CallRequest, { disk }: CallContext, endpoint: Call['endpoint']): void {
  if (!disk.hasContainer(address.container)) {
    throw createError(endpoint === 'blob' ? 'ContainerNotFound' : 'FilesystemNotFound', address.container);
  }
}

/** A blob that is there; directories count, as they do on an account with folders. */
export function requireEntry({ address }: CallRequest, { disk }: CallContext, endpoint: Call['endpoint']): Entry {
  const entry = disk.findEntry(address);
  if (entry === undefined) throw createError(endpoint === 'blob' ? 'BlobNotFound' : 'PathNotFound', address.path);
  return entry;
}

/** The content of what is archived is there, and nobody gets it. */
export function requireContent({ address }: CallRequest, { tier }: Entry): void {
  if (tier === 'Archive') throw createError('BlobArchived', address.path);
}

export function createBlobChange(request: CallRequest, api: string, entry: Entry, contentType: string): BlobChange {
  return {
    type: 'Microsoft.Storage.BlobCreated',
    api,
    address: request.address,
    etag: entry.etag,
    contentLength: entry.length,
    contentType,
    requestId: request.requestId,
    clientRequestId: String(request.headers['x-ms-client-request-id'] ?? ''),
  };
}

export function parseMetadata(headers: IncomingHttpHeaders): Record<string, string> {
  const pairs = Object.entries(headers).filter(([name]) => name.startsWith('x-ms-meta-'));
  return Object.fromEntries(pairs.map(([name, value]) => [name.slice('x-ms-meta-'.length), String(value)]));
}

/** The path endpoint takes metadata as `name=base64,…`. */
export function parseProperties(headers: IncomingHttpHeaders): Record<string, string> {
  const text = headers['x-ms-properties'];
  if (typeof text !== 'string' || text === '') return {};
  const pairs = text.split(',').map((pair) => {
    const cut = pair.indexOf('=');
    if (cut < 1) throw createError('InvalidHeaderValue', 'x-ms-properties');
    return [pair.slice(0, cut).trim(), Buffer.from(pair.slice(cut + 1), 'base64').toString()];
  });
  return Object.fromEntries(pairs);
}
