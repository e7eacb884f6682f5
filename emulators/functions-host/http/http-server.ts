import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppFunction, CallFunction } from '../functions.ts';
import type { Log } from '../log.ts';
import { createJsonResponse, type HttpRequest, type HttpResponse, sendResponse, toHttpRequest } from './exchange.ts';
import { isForeign } from './foreign.ts';
import { findKey, mayCall, toHttpResponse, toTriggerValue } from './http-trigger.ts';
import { parseRoute, type Route } from './route.ts';
import { type Exchange, relay } from './stream.ts';

interface HttpServerOptions {
  readonly functions: readonly AppFunction[];
  readonly routePrefix: string;
  readonly hostKey: string | undefined;
  readonly call: CallFunction;
  /** Where the app takes requests as streams, if it does. */
  readonly streams: () => string | undefined;
  /** Handlers behind a path of their own; each gets what follows its prefix. */
  readonly webhooks: Readonly<Record<string, (httpRequest: HttpRequest, rest: string) => Promise<HttpResponse>>>;
}

interface HttpFunction {
  readonly target: AppFunction;
  readonly route: Route;
  readonly methods: readonly string[];
}

/** The one HTTP server of the host. It listens before the app is loaded, since the app gets its address at start. */
export class HttpServer {
  readonly #log: Log;
  readonly #server: Server;
  #address = '';
  #options: HttpServerOptions | undefined;
  #functions: readonly HttpFunction[] = [];

  constructor(log: Log) {
    this.#log = log;
    this.#server = createServer((request, response) => void this.#respond(request, response));
  }

  serve(options: HttpServerOptions): void {
    this.#functions = options.functions
      .filter(({ trigger }) => trigger.type === 'httpTrigger')
      .map((target) => toHttpFunction(target, options.routePrefix))
      .sort((a, b) => (a.route.weight < b.route.weight ? -1 : a.route.weight > b.route.weight ? 1 : 0));
    this.#options = options;
  }

  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause: NodeJS.ErrnoException) => {
        const isTaken = cause.code === 'EADDRINUSE';
        reject(
          isTaken
            ? new Error(`Port ${port} is taken; stop what listens there or choose another one.`, { cause })
            : cause,
        );
      });
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    this.#address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.#address;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const httpResponse = await this.#handle(toHttpRequest(request, this.#address), { request, response });
      if (httpResponse) sendResponse(response, httpResponse);
    } catch (error) {
      // The caller learns that it failed and nothing of the inside; the log has the rest.
      this.#log('error', `${request.method} ${request.url} failed: ${(error as Error).stack}`);
      if (response.headersSent) response.destroy();
      else sendResponse(response, { status: 500 });
    }
  }

  /** Nothing is left to say where the app itself has answered. */
  async #handle(httpRequest: HttpRequest, exchange: Exchange): Promise<HttpResponse | undefined> {
    const options = this.#options;
    if (!options) return { status: 503, headers: { 'retry-after': '1' } };
    const doors = [...Object.keys(options.webhooks), '/admin/'];
    // The app checks its own routes. Behind the doors of the host one can start and end whatever runs.
    if (doors.some((prefix) => httpRequest.path.startsWith(prefix)) && isForeign(httpRequest)) return { status: 403 };
    for (const [prefix, webhook] of Object.entries(options.webhooks)) {
      if (httpRequest.path.startsWith(prefix)) return webhook(httpRequest, httpRequest.path.slice(prefix.length));
    }
    if (httpRequest.path.startsWith('/admin/')) return handleAdmin(httpRequest, options);
    for (const { target, route, methods } of this.#functions) {
      // A known path with another method is 404 on Azure too, since the method is part of the route there.
      const params = methods.includes(httpRequest.method) ? route.match(httpRequest.path) : undefined;
      if (params) return invoke(target, { httpRequest, params, exchange }, options);
    }
    return { status: 404 };
  }
}

async function invoke(
  target: AppFunction,
  {
    httpRequest,
    params,
    exchange,
  }: { httpRequest: HttpRequest; params: Readonly<Record<string, string>>; exchange: Exchange },
  options: HttpServerOptions,
): Promise<HttpResponse | undefined> {
  if (!mayCall(target, httpRequest, options.hostKey)) return { status: 401 };
  const streams = options.streams();
  if (streams !== undefined) {
    await relay(exchange, streams, { target, httpRequest, params, call: options.call });
    return undefined;
  }
  const value = await toTriggerValue(httpRequest, params);
  const answer = await options.call(target, { [target.triggerName]: value });
  return toHttpResponse(answer.returnValue);
}

function handleAdmin(httpRequest: HttpRequest, { hostKey, functions }: HttpServerOptions): HttpResponse {
  if (hostKey !== undefined && findKey(httpRequest) !== hostKey) return { status: 401 };
  if (httpRequest.path === '/admin/host/status')
    return createJsonResponse(200, { state: 'Running', version: '4.0', processId: process.pid });
  if (httpRequest.path === '/admin/functions')
    return createJsonResponse(
      200,
      functions.map(({ name, trigger }) => ({ name, trigger: trigger.type })),
    );
  return { status: 404 };
}

function toHttpFunction(target: AppFunction, routePrefix: string): HttpFunction {
  const { route = target.name, methods } = target.trigger as { route?: string; methods?: string[] };
  const path = [routePrefix, route]
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter((part) => part !== '')
    .join('/');
  return {
    target,
    route: parseRoute(path),
    methods: (methods ?? ['GET', 'POST']).map((method) => method.toUpperCase()),
  };
}
