import { HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { Access } from '../../functions/http/caller.ts';
import { answer } from '../../functions/http/middleware.ts';
import { RejectionMetrics } from '../../functions/http/rejection-metrics.ts';
import type { RequestContext, Route } from '../../functions/http/route.ts';
import { type SmallWorld, smallWorld } from './world.ts';

export interface ARoom extends RequestContext {
  readonly ports: SmallWorld;
  readonly woken: string[];
  readonly said: string[];
  readonly rejections: RejectionMetrics;
}

export const noon = new Date('2026-01-02T12:00:00Z');

/** A room with a small world in it, a log that is kept, and a clock that stands still. */
export function aRoom(given: Parameters<typeof smallWorld>[0] = {}, now: Date = noon): ARoom {
  const woken: string[] = [];
  const said: string[] = [];
  const log = (message: string) => void said.push(message);
  return {
    ports: smallWorld(given),
    engine: {
      wake: async () => void woken.push('pipeline'),
      wakeStreams: async () => void woken.push('streams'),
      pipelineStatus: async () => 'Running',
    },
    now: () => now,
    log: { info: log, warn: log, error: log },
    woken,
    said,
    rejections: new RejectionMetrics(),
  };
}

export interface Asking {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly access?: Access;
  readonly host?: string;
}

/** Asks a route through the border, as the host does. */
export function asking(route: Route, { body, headers = {}, host = '127.0.0.1:7071', params = {}, query = {} }: Asking) {
  const search = new URLSearchParams(query).toString();
  return new HttpRequest({
    method: route.method,
    url: `http://${host}/${route.path}${search && `?${search}`}`,
    params,
    query,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: { string: typeof body === 'string' ? body : JSON.stringify(body) } }),
  });
}

export interface Heard {
  readonly status: number;
  readonly headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  readonly body: any;
}

export async function ask(context: ARoom, route: Route, given: Asking = {}): Promise<Heard> {
  const { access = 'loopback' } = given;
  const said: HttpResponseInit = await answer(route, asking(route, given), context, {
    access,
    rejections: context.rejections,
  });
  const text = said.body === undefined ? undefined : String(said.body);
  return {
    status: said.status ?? 200,
    headers: said.headers as Record<string, string>,
    body: text === undefined ? undefined : JSON.parse(text),
  };
}

/** The header that the platform sets for a signed-in caller with these app roles. */
export function principal(actor: string, ...roles: string[]): Record<string, string> {
  const claims = [{ typ: 'preferred_username', val: actor }, ...roles.map((val) => ({ typ: 'roles', val }))];
  const text = JSON.stringify({ auth_typ: 'aad', name_typ: 'preferred_username', role_typ: 'roles', claims });
  return { 'x-ms-client-principal': Buffer.from(text).toString('base64') };
}
