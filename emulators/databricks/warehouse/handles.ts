import type TCLI from '@databricks/sql/thrift/TCLIService_types.js';
import { T } from './thrift.ts';

/** The driver prints handles as UUIDs and refuses bytes that are not one. */
export function toIdentifier(uuid: string): TCLI.THandleIdentifier {
  return new T.THandleIdentifier({ guid: Buffer.from(uuid.replaceAll('-', ''), 'hex'), secret: Buffer.alloc(16) });
}

export function toUuid(handle: TCLI.THandleIdentifier): string {
  return handle.guid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
