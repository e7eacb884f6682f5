import type { Entry } from '../disk/entry.ts';
import { refuse } from '../storage-error.ts';
import { type Asked, type Call, requireContainer, type World } from './call.ts';
import { pathsUnder } from './list-paths.ts';

const MOST = 5000;

type Found = { name: string; entry: Entry };

/** The blob half's listing: by prefix, flat or by folders, in pages. */
export const listBlobs: Call = {
  name: 'ListBlobs',
  half: 'blob',
  async perform(asked, world) {
    requireContainer(asked, world, 'blob');
    const { query } = asked;
    const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
    if (prefix.split('/').includes('..')) throw refuse('InvalidUri', prefix);
    if (delimiter !== '' && delimiter !== '/') throw refuse('InvalidQueryParameterValue', 'delimiter');
    const most = limitIn(query);
    const after = Buffer.from(query.get('marker') ?? '', 'base64').toString();
    const found = under(asked, world, { prefix, isRecursive: delimiter === '', after });
    const page = found.slice(0, most);
    const next = found.length > most ? Buffer.from(page.at(-1)?.name ?? '').toString('base64') : '';
    const shown = page.map((one) =>
      delimiter !== '' && one.entry.isDirectory ? folder(one) : blob(one, asked, world),
    );
    const body =
      `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="${asked.address.container}">` +
      `<Prefix>${escaped(prefix)}</Prefix><MaxResults>${most}</MaxResults>` +
      `<Delimiter>${delimiter}</Delimiter><Blobs>${shown.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
    return { status: 200, headers: { 'content-type': 'application/xml' }, body };
  },
};

function under(
  { address }: Asked,
  { disk }: World,
  { prefix, isRecursive, after }: { prefix: string; isRecursive: boolean; after: string },
): Found[] {
  const directory = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
  if (disk.entry({ ...address, path: directory })?.isDirectory !== true) return [];
  const root = disk.file({ ...address, path: '' });
  const found = pathsUnder(root, directory, { isRecursive, after, most: Number.POSITIVE_INFINITY });
  return found.filter(({ name }) => name.startsWith(prefix));
}

function folder({ name }: Found): string {
  return `<BlobPrefix><Name>${escaped(name)}/</Name></BlobPrefix>`;
}

function blob({ name, entry }: Found, { address, query }: Asked, { properties, leases }: World): string {
  const place = { ...address, path: name };
  const { contentType, metadata } = properties.get(place);
  const named = { ...metadata, ...(entry.isDirectory ? { hdi_isfolder: 'true' } : {}) };
  const isLeased = leases.isLeased(place);
  const told = {
    'Creation-Time': entry.created.toUTCString(),
    'Last-Modified': entry.modified.toUTCString(),
    Etag: entry.etag,
    ResourceType: entry.isDirectory ? 'directory' : 'file',
    'Content-Length': String(entry.length),
    'Content-Type': contentType,
    BlobType: 'BlockBlob',
    AccessTier: 'Hot',
    LeaseStatus: isLeased ? 'locked' : 'unlocked',
    LeaseState: isLeased ? 'leased' : 'available',
    ServerEncrypted: 'true',
  };
  const withMetadata = (query.get('include') ?? '').split(',').includes('metadata');
  const more = withMetadata ? `<Metadata>${tags(named)}</Metadata>` : '';
  return `<Blob><Name>${escaped(name)}</Name><Properties>${tags(told)}</Properties>${more}</Blob>`;
}

function tags(pairs: Record<string, string>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
    .join('');
}

function limitIn(query: URLSearchParams): number {
  const asked = Number(query.get('maxresults') ?? MOST);
  if (!Number.isInteger(asked) || asked < 1) throw refuse('InvalidQueryParameterValue', 'maxresults');
  return Math.min(asked, MOST);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
