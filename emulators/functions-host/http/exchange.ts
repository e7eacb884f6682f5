import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request as its handler sees it; the path is decoded. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  body(): Promise<Buffer>;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export function createJsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

export function toHttpRequest(request: IncomingMessage, address: string): HttpRequest {
  const url = new URL(request.url ?? '/', address);
  return {
    method: request.method ?? 'GET',
    path: decodePath(url.pathname),
    url,
    headers: request.headers,
    body: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
  };
}

export function sendResponse(response: ServerResponse, { status, headers = {}, body }: HttpResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

/** An encoded slash belongs to its segment, so it stays encoded. */
function decodePath(path: string): string {
  try {
    return path
      .split('/')
      .map((segment) => decodeURIComponent(segment).replaceAll('/', '%2F'))
      .join('/');
  } catch {
    // Not valid percent encoding: no route can match it, so it is left as it is.
    return path;
  }
}
