import type { Fault } from '../shared/faults.ts';
import { StorageError } from './storage-error.ts';

const errors: Readonly<Record<number, { readonly code: string; readonly message: string }>> = {
  429: { code: 'TooManyRequests', message: 'The server is busy.' },
  500: { code: 'InternalError', message: 'The server encountered an internal error.' },
  503: { code: 'ServerBusy', message: 'The server is busy.' },
};
const unknown = { code: 'UnknownError', message: 'The call failed on purpose.' };

/** The answer of a fault that fails. What it does not say is as the service would say it. */
export function toError({ status, body = {}, headers }: Extract<Fault, { do: 'fail' }>): StorageError {
  const { code, message } = { ...(errors[status] ?? unknown), ...body };
  return new StorageError(
    status,
    code,
    message,
    headers ?? (status === 429 || status === 503 ? { 'retry-after': '1' } : {}),
  );
}
