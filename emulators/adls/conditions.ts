import type { IncomingHttpHeaders } from 'node:http';
import type { Entry } from './disk/entry.ts';
import { type Refusal, refuse } from './storage-error.ts';

type Half = 'blob' | 'path';

/** Conditions of a write, in the order in which the service looks at them. */
export function checkWrite(headers: IncomingHttpHeaders, entry: Entry | undefined, half: Half): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (noneMatch === '*' && entry !== undefined) {
    throw refuse(half === 'blob' ? 'BlobAlreadyExists' : 'PathAlreadyExists');
  }
  if (match !== undefined && !matches(match, entry)) throw refuse('ConditionNotMet');
  if (noneMatch !== undefined && noneMatch !== '*' && matches(noneMatch, entry)) throw refuse('ConditionNotMet');
  checkTimes(headers['if-modified-since'], headers['if-unmodified-since'], entry, refuse('ConditionNotMet'));
}

/** A read that is not needed is answered with 304, not with 412. */
export function checkRead(headers: IncomingHttpHeaders, entry: Entry): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined && !matches(match, entry)) throw refuse('ConditionNotMet');
  if (noneMatch !== undefined && matches(noneMatch, entry)) throw refuse('NotModified');
  checkTimes(undefined, headers['if-unmodified-since'], entry, refuse('ConditionNotMet'));
  checkTimes(headers['if-modified-since'], undefined, entry, refuse('NotModified'));
}

/** Conditions that a rename puts on what it moves. */
export function checkSource(headers: IncomingHttpHeaders, entry: Entry): void {
  const one = (name: string) => headers[name] as string | undefined;
  const failed = refuse('SourceConditionNotMet');
  const match = one('x-ms-source-if-match');
  const noneMatch = one('x-ms-source-if-none-match');
  if (match !== undefined && !matches(match, entry)) throw failed;
  if (noneMatch !== undefined && matches(noneMatch, entry)) throw failed;
  checkTimes(one('x-ms-source-if-modified-since'), one('x-ms-source-if-unmodified-since'), entry, failed);
}

function matches(condition: string, entry: Entry | undefined): boolean {
  if (entry === undefined) return false;
  return condition.split(',').some((one) => one.trim() === '*' || one.trim().replaceAll('"', '') === entry.etag);
}

/** Whole seconds, since that is all a client has ever seen. */
function checkTimes(
  since: string | undefined,
  until: string | undefined,
  entry: Entry | undefined,
  failed: Refusal,
): void {
  if (entry === undefined) return;
  const modified = Math.floor(entry.modified.getTime() / 1000);
  if (since !== undefined && modified <= Math.floor(Date.parse(since) / 1000)) throw failed;
  if (until !== undefined && modified > Math.floor(Date.parse(until) / 1000)) throw failed;
}
