import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { CallResponse } from './calls/call.ts';
import type { StorageError } from './storage-error.ts';

export async function sendResponse(response: ServerResponse, { status, headers, body }: CallResponse): Promise<void> {
  if (body !== undefined && typeof body !== 'string') {
    response.writeHead(status, headers);
    // A client that leaves in the middle of a download is its own affair.
    await pipeline(body, response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
    return;
  }
  const length = body === undefined ? '0' : String(Buffer.byteLength(body));
  response.writeHead(status, { 'content-length': length, ...headers }).end(body);
}

/** An error has its code in a header for everybody, and in a body in the form of its endpoint. */
export function sendError(response: ServerResponse, endpoint: 'blob' | 'path', error: StorageError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message } = error;
  const hasBody = response.req.method !== 'HEAD' && status !== 304;
  const body = hasBody
    ? endpoint === 'blob'
      ? toXml(code, message)
      : JSON.stringify({ error: { code, message } })
    : '';
  // What is left of an unread body would be taken for the next request.
  const rest = response.req.complete ? {} : { connection: 'close' };
  response.writeHead(status, {
    'x-ms-error-code': code,
    'content-type': endpoint === 'blob' ? 'application/xml' : 'application/json;charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    ...error.headers,
    ...rest,
  });
  response.end(body);
}

function toXml(code: string, message: string): string {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${text}</Message></Error>`;
}
