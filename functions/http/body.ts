import type { HttpRequest } from '@azure/functions';
import { Problem } from './problem.ts';

/** The largest body a route takes. A list of a thousand file ids is 40 KB. */
const maxBytes = 65_536;

export interface Body {
  readonly text: string;
  readonly value: unknown;
}

/** The JSON of a request, or why it cannot be read. Nothing is parsed before its size is known, nor read beyond the limit. */
export async function readBody(request: Pick<HttpRequest, 'headers' | 'body'>): Promise<Body | Problem> {
  const tooLarge = new Problem('body_too_large', `A body may have ${maxBytes} bytes. Send less at a time.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge;
  const type = request.headers.get('content-type') ?? '';
  // A form on another site can send anything but this type without being asked first.
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return new Problem('not_json', 'Send the body as application/json.');
  }
  const bytes = await readBytes(request.body);
  if (bytes === undefined) return tooLarge;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    return new Problem('invalid_request', 'The body is not JSON in UTF-8.');
  }
}

/** All bytes of a body, which may say nothing of its length. One that is too large is given up as soon as that shows. */
async function readBytes(body: HttpRequest['body']): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
