import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppFunction, CallFunction } from '../functions.ts';
import type { Log } from '../log.ts';
import { type Asked, ask, json, type Said, say } from './exchange.ts';
import { fromReturnValue, keyOf, mayCall, toTriggerValue } from './http-trigger.ts';
import { parseRoute, type Route } from './route.ts';
import { type Exchange, relay } from './stream.ts';

interface Rooms {
  readonly functions: readonly AppFunction[];
  readonly routePrefix: string;
  readonly hostKey: string | undefined;
  readonly call: CallFunction;
  /** Where the app takes requests as streams, if it does. */
  readonly streams: () => string | undefined;
  /** Rooms behind a path of their own; each gets what follows its prefix. */
  readonly webhooks: Readonly<Record<string, (asked: Asked, rest: string) => Promise<Said>>>;
}

interface Served {
  readonly target: AppFunction;
  readonly route: Route;
  readonly methods: readonly string[];
}

/** The one HTTP server of the host. It listens before the app is loaded, since the app is told its address at start. */
export class Front {
  readonly #log: Log;
  readonly #server: Server;
  #address = '';
  #rooms: Rooms | undefined;
  #served: readonly Served[] = [];

  constructor(log: Log) {
    this.#log = log;
    this.#server = createServer((request, response) => void this.#respond(request, response));
  }

  open(rooms: Rooms): void {
    this.#served = rooms.functions
      .filter(({ trigger }) => trigger.type === 'httpTrigger')
      .map((target) => serve(target, rooms.routePrefix))
      .sort((a, b) => (a.route.weight < b.route.weight ? -1 : a.route.weight > b.route.weight ? 1 : 0));
    this.#rooms = rooms;
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
      const said = await this.#answer(ask(request, this.#address), { request, response });
      if (said) say(response, said);
    } catch (error) {
      // The caller learns that it failed and nothing of the inside; the log has the rest.
      this.#log('error', `${request.method} ${request.url} failed: ${(error as Error).stack}`);
      if (response.headersSent) response.destroy();
      else say(response, { status: 500 });
    }
  }

  /** Nothing is left to say where the app itself has answered. */
  async #answer(asked: Asked, exchange: Exchange): Promise<Said | undefined> {
    const rooms = this.#rooms;
    if (!rooms) return { status: 503, headers: { 'retry-after': '1' } };
    for (const [prefix, webhook] of Object.entries(rooms.webhooks)) {
      if (asked.path.startsWith(prefix)) return webhook(asked, asked.path.slice(prefix.length));
    }
    if (asked.path.startsWith('/admin/')) return admin(asked, rooms);
    for (const { target, route, methods } of this.#served) {
      // A known path with another method is 404 on Azure too, since the method is part of the route there.
      const params = methods.includes(asked.method) ? route.match(asked.path) : undefined;
      if (params) return invoke(target, { asked, params, exchange }, rooms);
    }
    return { status: 404 };
  }
}

async function invoke(
  target: AppFunction,
  { asked, params, exchange }: { asked: Asked; params: Readonly<Record<string, string>>; exchange: Exchange },
  rooms: Rooms,
): Promise<Said | undefined> {
  if (!mayCall(target, asked, rooms.hostKey)) return { status: 401 };
  const streams = rooms.streams();
  if (streams !== undefined) {
    await relay(exchange, streams, { target, asked, params, call: rooms.call });
    return undefined;
  }
  const value = await toTriggerValue(asked, params);
  const answer = await rooms.call(target, { [target.triggerName]: value });
  return fromReturnValue(answer.returnValue);
}

function admin(asked: Asked, { hostKey, functions }: Rooms): Said {
  if (hostKey !== undefined && keyOf(asked) !== hostKey) return { status: 401 };
  if (asked.path === '/admin/host/status')
    return json(200, { state: 'Running', version: '4.0', processId: process.pid });
  if (asked.path === '/admin/functions')
    return json(
      200,
      functions.map(({ name, trigger }) => ({ name, trigger: trigger.type })),
    );
  return { status: 404 };
}

function serve(target: AppFunction, routePrefix: string): Served {
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
