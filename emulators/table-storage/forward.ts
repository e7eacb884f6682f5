import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as openRequest } from 'node:http';

export interface ForwardedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Forward = (request: IncomingMessage, url: string, body?: Buffer) => Promise<ForwardedResponse>;

/** Sends a request on to another port of this machine. A signature stays right: it covers neither host nor query. */
export function createForwarder(port: number): Forward {
  const agent = new Agent({ keepAlive: true });
  return ({ headers, method }, url, body) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(body.length) };
      const { 'transfer-encoding': _, ...rest } = headers;
      const outgoing = { agent, headers: { ...rest, ...length }, host: '127.0.0.1', method, path: url, port };
      openRequest(outgoing, (response) => {
        readAll(response).then(
          (bytes) => resolve({ status: response.statusCode ?? 500, headers: response.headers, body: bytes }),
          reject,
        );
      })
        .once('error', reject)
        .end(body);
    });
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
