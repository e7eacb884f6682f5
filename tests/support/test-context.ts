import { HttpRequest, type HttpResponseInit } from '@azure/functions';
import { type Access, type Entra, loopback } from '../../functions/http/access.ts';
import { handleRequest } from '../../functions/http/middleware.ts';
import { OpenRequests } from '../../functions/http/open-requests.ts';
import { RejectionMetrics } from '../../functions/http/rejection-metrics.ts';
import { createIdentity } from '../../functions/http/request-identity.ts';
import type { RequestContext, Route } from '../../functions/http/route.ts';
import { createFakePorts, type FakePorts } from './fake-ports.ts';
import { parseEvent } from './logged-events.ts';

export interface TestContext extends RequestContext {
  readonly ports: FakePorts;
  /** What was woken: `pipeline` or `streams`. */
  readonly wakeUps: string[];
  readonly logged: string[];
  readonly openRequests: OpenRequests;
  readonly rejections: RejectionMetrics;
}

export const noon = new Date('2026-01-02T12:00:00Z');

/** The context of a request: fake ports, a log that is kept, and a clock that stands still. */
export function createTestContext(options: Parameters<typeof createFakePorts>[0] = {}, now: Date = noon): TestContext {
  const wakeUps: string[] = [];
  const logged: string[] = [];
  const log = (line: string) => {
    parseEvent(line);
    logged.push(line);
  };
  let pipelineStatus = 'Running';
  const ports = createFakePorts(options);
  return {
    ports,
    engine: {
      wake: async () => {
        wakeUps.push('pipeline');
        if ((await ports.pipelineControl.getState())?.state !== 'paused') pipelineStatus = 'Running';
      },
      endPipeline: async () => {
        pipelineStatus = 'Completed';
      },
      wakeStreams: async () => void wakeUps.push('streams'),
      getPipelineStatus: async () => pipelineStatus,
    },
    now: () => now,
    identity: createIdentity(now),
    log: { info: log, warn: log, error: log },
    wakeUps,
    logged,
    openRequests: new OpenRequests(),
    rejections: new RejectionMetrics(),
  };
}

export interface TestRequest {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly access?: Access;
  readonly host?: string;
}

export function createRequest(route: Route, request: TestRequest): HttpRequest {
  const { body, headers = {}, host = '127.0.0.1:7071', params = {}, query = {} } = request;
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

export interface TestResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into responses of every shape
  readonly body: any;
}

/** Sends a request to a route through the middleware, as the host does. */
export async function send(context: TestContext, route: Route, request: TestRequest = {}): Promise<TestResponse> {
  const { access = loopback } = request;
  const { openRequests, rejections } = context;
  const response: HttpResponseInit = await handleRequest(route, createRequest(route, request), context, {
    access,
    openRequests,
    rejections,
  });
  const text = response.body === undefined ? undefined : String(response.body);
  return {
    status: response.status ?? 200,
    headers: response.headers as Record<string, string>,
    body: text === undefined ? undefined : JSON.parse(text),
  };
}

export const entra: Entra = { kind: 'entra', tenant: 'a-tenant' };

/** The header that the platform sets for a signed-in caller with these app roles. */
export function createPrincipal(actor: string, ...roles: string[]): Record<string, string> {
  const claims = [
    { typ: 'preferred_username', val: actor },
    { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: `id-${actor}` },
    { typ: 'http://schemas.microsoft.com/identity/claims/tenantid', val: entra.tenant },
    ...roles.map((val) => ({ typ: 'roles', val })),
  ];
  const text = JSON.stringify({ auth_typ: 'aad', name_typ: 'preferred_username', role_typ: 'roles', claims });
  return { 'x-ms-client-principal': Buffer.from(text).toString('base64') };
}
