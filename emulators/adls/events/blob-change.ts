import { randomUUID } from 'node:crypto';
import type { Address } from '../address.ts';

/** Something that happened in the lake and that subscribers may want to hear of. */
export type BlobChange = {
  type: string;
  api: string;
  address: Address;
  etag: string;
  contentLength: number;
  contentType: string;
  requestId: string;
  clientRequestId: string;
  /** Where a renamed path came from. */
  source?: Address;
};

export type LakeEvent = {
  id: string;
  topic: string;
  subject: string;
  eventType: string;
  eventTime: string;
  dataVersion: string;
  metadataVersion: string;
  data: Record<string, unknown> & { api: string };
};

/** The event as an account with folders sends it. */
export function toEvent(change: BlobChange, account: string, endpoint: string, sequence: number): LakeEvent {
  const { address, source, type } = change;
  const url = toUrl(endpoint, address);
  const place = source === undefined ? { url } : { sourceUrl: toUrl(endpoint, source), destinationUrl: url };
  const content = {
    contentType: change.contentType,
    contentLength: change.contentLength,
    ...(change.api === 'FlushWithClose' || change.api === 'CreateFile' ? { contentOffset: 0 } : {}),
    blobType: 'BlockBlob',
  };
  return {
    id: randomUUID(),
    topic: `/subscriptions/local/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/${account}`,
    subject: toSubject(address),
    eventType: type,
    eventTime: new Date().toISOString(),
    dataVersion: source === undefined ? '2' : '1',
    metadataVersion: '1',
    data: {
      api: change.api,
      clientRequestId: change.clientRequestId,
      requestId: change.requestId,
      ...(type === 'Microsoft.Storage.BlobCreated' ? { eTag: change.etag, ...content } : {}),
      ...place,
      sequencer: sequence.toString(16).padStart(32, '0'),
      storageDiagnostics: { batchId: randomUUID() },
    },
  };
}

export function toSubject({ container, path }: Address): string {
  return `/blobServices/default/containers/${container}/blobs/${path}`;
}

function toUrl(endpoint: string, { container, path }: Address): string {
  return `${endpoint}/${container}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
