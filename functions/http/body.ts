import type { HttpRequest } from '@azure/functions';
import { Problem } from './problem.ts';

/** The largest body a route takes. A list of a thousand file ids is 40 KB. */
const maxBytes = 65_536;

export interface Body {
  readonly text: string;
  readonly value: unknown;
}

/** The JSON of a request, or why it cannot be read. Nothing is parsed before its size is known. */
export async function readBody(request: Pick<HttpRequest, 'headers' | 'arrayBuffer'>): Promise<Body | Problem> {
  const tooLarge = new Problem('body_too_large', `A body may have ${maxBytes} bytes. Send less at a time.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge;
  const type = request.headers.get('content-type') ?? '';
  // A form on another site can send anything but this type without being asked first.
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return new Problem('not_json', 'Send the body as application/json.');
  }
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > maxBytes) return tooLarge;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    return new Problem('invalid_request', 'The body is not JSON in UTF-8.');
  }
}
