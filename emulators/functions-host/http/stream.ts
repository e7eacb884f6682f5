import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { AppFunction, CallFunction } from '../functions.ts';
import type { TypedValues } from '../worker/messages.ts';
import type { HttpRequest } from './exchange.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface RelayedCall {
  readonly target: AppFunction;
  readonly httpRequest: HttpRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly call: CallFunction;
}

const idHeader = 'x-ms-invocation-id';

/**
 * With `app.setup({ enableHttpStream: true })` the client's request itself goes to a server that the library opens, and its
 * answer comes back as it is written. The call is made beside it; the library pairs the two by the id.
 */
export async function relay({ request, response }: Exchange, address: string, work: RelayedCall): Promise<void> {
  const invocationId = randomUUID();
  const upstream = send(new URL(request.url ?? '/', address), {
    method: request.method,
    headers: {
      ...request.headers,
      [idHeader]: invocationId,
      'x-forwarded-host': request.headers.host,
      'x-forwarded-proto': 'http',
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.on('response', resolve);
    upstream.on('error', reject);
  });
  const called = work.call(work.target, { [work.target.triggerName]: {} }, { ...createMetadata(work), invocationId });
  // A handler that throws writes no answer: the connection would stay open for ever.
  called.catch((error: Error) => upstream.destroy(error));
  const sent = pipeline(request, upstream);
  const answer = await answered;
  const { [idHeader]: _, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 200, headers);
  await Promise.all([pipeline(answer, response), sent, called]);
}

/** In this mode the library takes everything but method, address and body from here. */
function createMetadata({ httpRequest, params }: RelayedCall): { triggerMetadata: TypedValues } {
  const headers = Object.entries(httpRequest.headers).map(([name, value]) => [name, String(value)]);
  const query = Object.fromEntries(httpRequest.url.searchParams);
  const texts = Object.entries({ ...query, ...params }).map(([name, value]) => [name, { string: value }]);
  return {
    triggerMetadata: {
      ...Object.fromEntries(texts),
      Headers: { json: JSON.stringify(Object.fromEntries(headers)) },
      Query: { json: JSON.stringify(query) },
    },
  };
}
