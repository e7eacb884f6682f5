import { createError } from '../storage-error.ts';
import { type Call, type CallContext, type CallRequest, requireContainer } from './call.ts';
import { type ListedEntry, listPathsUnder, maxPageSize } from './list-paths.ts';

/** The listing of the blob endpoint: by prefix, flat or by folders, in pages. */
export const listBlobs: Call = {
  name: 'ListBlobs',
  endpoint: 'blob',
  async execute(request, context) {
    requireContainer(request, context, 'blob');
    const { query } = request;
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    if (prefix.split('/').includes('..')) throw createError('InvalidUri', prefix);
    if (delimiter !== '' && delimiter !== '/') throw createError('InvalidQueryParameterValue', 'delimiter');
    const limit = parseLimit(query);
    const after = Buffer.from(query.get('marker') ?? '', 'base64').toString();
    const entries = listUnder(request, context, { prefix, isRecursive: delimiter === '', after });
    const page = entries.slice(0, limit);
    const next = entries.length > limit ? Buffer.from(page.at(-1)?.name ?? '').toString('base64') : '';
    const items = page.map((listed) =>
      delimiter !== '' && listed.entry.isDirectory ? toPrefixXml(listed) : toBlobXml(listed, request, context),
    );
    const body =
      `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="${request.address.container}">` +
      `<Prefix>${escapeXml(prefix)}</Prefix><MaxResults>${limit}</MaxResults>` +
      `<Delimiter>${delimiter}</Delimiter><Blobs>${items.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
    return { status: 200, headers: { 'content-type': 'application/xml' }, body };
  },
};

function listUnder(
  { address }: CallRequest,
  { disk }: CallContext,
  { prefix, isRecursive, after }: { prefix: string; isRecursive: boolean; after: string },
): ListedEntry[] {
  const directory = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
  if (disk.findEntry({ ...address, path: directory })?.isDirectory !== true) return [];
  const root = disk.getFile({ ...address, path: '' });
  const entries = listPathsUnder(root, directory, { isRecursive, after, max: Number.POSITIVE_INFINITY });
  return entries.filter(({ name }) => name.startsWith(prefix));
}

function toPrefixXml({ name }: ListedEntry): string {
  return `<BlobPrefix><Name>${escapeXml(name)}/</Name></BlobPrefix>`;
}

function toBlobXml(
  { name, entry }: ListedEntry,
  { address, query }: CallRequest,
  { properties, leases }: CallContext,
): string {
  const blob = { ...address, path: name };
  const { contentType, metadata } = properties.get(blob);
  const allMetadata = { ...metadata, ...(entry.isDirectory ? { hdi_isfolder: 'true' } : {}) };
  const isLeased = leases.isLeased(blob);
  const values = {
    'Creation-Time': entry.created.toUTCString(),
    'Last-Modified': entry.modified.toUTCString(),
    Etag: entry.etag,
    ResourceType: entry.isDirectory ? 'directory' : 'file',
    'Content-Length': String(entry.length),
    'Content-Type': contentType,
    BlobType: 'BlockBlob',
    AccessTier: entry.tier,
    LeaseStatus: isLeased ? 'locked' : 'unlocked',
    LeaseState: isLeased ? 'leased' : 'available',
    ServerEncrypted: 'true',
  };
  const withMetadata = (query.get('include') ?? '').split(',').includes('metadata');
  const metadataXml = withMetadata ? `<Metadata>${toXml(allMetadata)}</Metadata>` : '';
  return `<Blob><Name>${escapeXml(name)}</Name><Properties>${toXml(values)}</Properties>${metadataXml}</Blob>`;
}

function toXml(pairs: Record<string, string>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('');
}

function parseLimit(query: URLSearchParams): number {
  const limit = Number(query.get('maxresults') ?? maxPageSize);
  if (!Number.isInteger(limit) || limit < 1) throw createError('InvalidQueryParameterValue', 'maxresults');
  return Math.min(limit, maxPageSize);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
