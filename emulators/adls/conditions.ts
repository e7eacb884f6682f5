import type { IncomingHttpHeaders } from 'node:http';
import type { Entry } from './disk/entry.ts';
import { createError, type StorageError } from './storage-error.ts';

type Endpoint = 'blob' | 'path';

/** Conditions of a write, in the order in which the service looks at them. */
export function checkWrite(headers: IncomingHttpHeaders, entry: Entry | undefined, endpoint: Endpoint): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (noneMatch === '*' && entry !== undefined) {
    throw createError(endpoint === 'blob' ? 'BlobAlreadyExists' : 'PathAlreadyExists');
  }
  if (match !== undefined && !matches(match, entry)) throw createError('ConditionNotMet');
  if (noneMatch !== undefined && noneMatch !== '*' && matches(noneMatch, entry)) throw createError('ConditionNotMet');
  checkTimes(headers['if-modified-since'], headers['if-unmodified-since'], entry, createError('ConditionNotMet'));
}

/** A read that is not needed is answered with 304, not with 412. */
export function checkRead(headers: IncomingHttpHeaders, entry: Entry): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined && !matches(match, entry)) throw createError('ConditionNotMet');
  if (noneMatch !== undefined && matches(noneMatch, entry)) throw createError('NotModified');
  checkTimes(undefined, headers['if-unmodified-since'], entry, createError('ConditionNotMet'));
  checkTimes(headers['if-modified-since'], undefined, entry, createError('NotModified'));
}

/** Conditions that a rename puts on what it moves. */
export function checkSource(headers: IncomingHttpHeaders, entry: Entry): void {
  const getHeader = (name: string) => headers[name] as string | undefined;
  const error = createError('SourceConditionNotMet');
  const match = getHeader('x-ms-source-if-match');
  const noneMatch = getHeader('x-ms-source-if-none-match');
  if (match !== undefined && !matches(match, entry)) throw error;
  if (noneMatch !== undefined && matches(noneMatch, entry)) throw error;
  checkTimes(getHeader('x-ms-source-if-modified-since'), getHeader('x-ms-source-if-unmodified-since'), entry, error);
}

function matches(condition: string, entry: Entry | undefined): boolean {
  if (entry === undefined) return false;
  return condition
    .split(',')
    .some((candidate) => candidate.trim() === '*' || candidate.trim().replaceAll('"', '') === entry.etag);
}

/** Whole seconds, since that is all a client has ever seen. */
function checkTimes(
  since: string | undefined,
  until: string | undefined,
  entry: Entry | undefined,
  error: StorageError,
): void {
  if (entry === undefined) return;
  const modified = Math.floor(entry.modified.getTime() / 1000);
  if (since !== undefined && modified <= Math.floor(Date.parse(since) / 1000)) throw error;
  if (until !== undefined && modified > Math.floor(Date.parse(until) / 1000)) throw error;
}
