/** A Microsoft.Storage event, as far as the blob extension reads it. */
export interface BlobEvent {
  readonly eventType: string;
  readonly eventTime?: string;
  readonly subject?: string;
  readonly data?: {
    readonly url?: string;
    readonly blobUrl?: string;
    readonly eTag?: string;
    readonly blobType?: string;
    readonly contentLength?: number;
    readonly contentType?: string;
    readonly validationCode?: string;
  };
}

export interface BlobPlace {
  readonly container: string;
  readonly name: string;
  readonly url: string;
}

/** The fields without which the extension drops an event. */
export function listMissingFields({ data }: BlobEvent): string[] {
  return (['url', 'eTag', 'blobType'] as const).filter((field) => !data?.[field]).map((field) => `data.${field}`);
}

export function findBlobPlace({ subject = '', data = {} }: BlobEvent): BlobPlace | undefined {
  const [, container, name] = /\/containers\/([^/]+)\/blobs\/(.+)$/.exec(subject) ?? [];
  const url = data.blobUrl ?? data.url;
  return container && name && url ? { container, name, url } : undefined;
}
