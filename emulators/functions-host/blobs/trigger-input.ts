import { randomUUID } from 'node:crypto';
import type { AppFunction } from '../functions.ts';
import type { TypedValue, TypedValues } from '../worker/messages.ts';
import type { BlobEvent, BlobPlace } from './event.ts';

/** A reference instead of the content: what the host sends to a trigger with `sdkBinding`. */
export function createReference({ trigger }: AppFunction, { container, name }: BlobPlace): TypedValue {
  const content = { Connection: trigger['connection'], ContainerName: container, BlobName: name };
  return {
    modelBindingData: {
      version: '1.0',
      source: 'AzureStorageBlobs',
      contentType: 'application/json',
      content: Buffer.from(JSON.stringify(content)),
    },
  };
}

export function createMetadata(options: {
  readonly target: AppFunction;
  readonly place: BlobPlace;
  readonly event: BlobEvent;
  readonly expressions: Readonly<Record<string, string>>;
  readonly now: number;
}): TypedValues {
  const { target, place, event, expressions, now } = options;
  const { eTag, contentLength, contentType, blobType } = event.data ?? {};
  const properties = {
    ETag: eTag,
    ContentLength: contentLength,
    ContentType: contentType,
    BlobType: blobType,
    LastModified: event.eventTime,
  };
  const sys = { MethodName: target.name, UtcNow: new Date(now).toISOString(), RandGuid: randomUUID() };
  return {
    BlobTrigger: toText(`${place.container}/${place.name}`),
    Uri: toText(place.url),
    Properties: { json: JSON.stringify(properties) },
    Metadata: { json: '{}' },
    sys: { json: JSON.stringify(sys) },
    ...Object.fromEntries(Object.entries(expressions).map(([name, value]) => [name, toText(value)])),
  };
}

/** Sent as JSON, since the library would read a bare text such as `2026` as a number. */
function toText(value: string): TypedValue {
  return { json: JSON.stringify(value) };
}
