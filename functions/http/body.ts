import type { HttpRequest } from '@azure/functions';
import { Problem } from './problem.ts';

/** The largest body a route takes. A list of a thousand file ids is 40 KB. */
const mostBytes = 65_536;

export interface Body {
  readonly text: string;
  readonly value: unknown;
}

/** The JSON of a request, or why it cannot be read. Nothing is parsed before its size is known. */
export async function bodyOf(request: Pick<HttpRequest, 'headers' | 'arrayBuffer'>): Promise<Body | Problem> {
  const tooLarge = new Problem('too_large', `A body may have ${mostBytes} bytes. Ask for less at a time.`);
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return tooLarge;
  const type = request.headers.get('content-type') ?? '';
  // A form on another site can send anything but this type without being asked first.
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return new Problem('not_json', 'Send the body as application/json.');
  }
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > mostBytes) return tooLarge;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    return new Problem('malformed', 'The body is not JSON in UTF-8.');
  }
}
