import { createHash } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { isOutage } from '../../medallion/errors.ts';
import { formatEvent } from '../../medallion/events.ts';
import { UnknownPageTokenError } from '../../medallion/page.ts';
import { recallPublishers } from '../../operations/releases/recall-publishers.ts';
import type { Access } from './access.ts';
import { readBody } from './body.ts';
import { type Caller, findCaller, mayCall } from './caller.ts';
import { handleOnce } from './idempotency.ts';
import type { OpenRequests } from './open-requests.ts';
import { Problem } from './problem.ts';
import type { RejectionMetrics } from './rejection-metrics.ts';
import type { RequestContext, Route } from './route.ts';
import { answerInTime } from './time-limit.ts';

const anonymous: Caller = { actor: 'anonymous', roles: [] };

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const maxDetailLength = 2000;

/** What the requests of one instance share. */
export interface Border {
  readonly access: Access;
  readonly openRequests: OpenRequests;
  readonly rejections: RejectionMetrics;
}

/** Handles one request: authenticates, checks the role and the origin, validates the input; and then calls the route. */
export async function handleRequest(
  route: Route,
  request: HttpRequest,
  context: RequestContext,
  border: Border,
): Promise<HttpResponseInit> {
  const result = await answerInTime(route.method, attempt(route, request, context, border));
  if (result instanceof Problem) border.rejections.record(route, result, context.log);
  const response = result instanceof Problem ? result.response : result;
  const storing = { 'cache-control': route.mayBeStored ? 'private, no-cache' : 'no-store' };
  return { ...response, headers: { ...securityHeaders, ...storing, ...response.headers } };
}

async function attempt(
  route: Route,
  request: HttpRequest,
  context: RequestContext,
  { access, openRequests }: Border,
): Promise<HttpResponseInit | Problem> {
  try {
    const caller = authorize(route, request, access);
    if (caller instanceof Problem) return caller;
    const input = parseRequest(route, request);
    if (input instanceof Problem) return input;
    const handleMethod = route.method === 'GET' ? handleRead : handleWrite;
    const handle = () => handleMethod(route, request, context, { ...input, caller });
    return await (caller === anonymous ? handle() : openRequests.handle(caller, handle));
  } catch (error) {
    return toErrorProblem(error, route, context);
  }
}

function authorize(route: Route, request: HttpRequest, access: Access): Caller | Problem {
  if (route.role === 'anonymous') return anonymous;
  const caller = findCaller(request, access);
  if (!caller) return new Problem('unauthenticated', 'Sign in, and ask again.');
  if (isForeign(request))
    return new Problem('foreign_origin', "A page of another site sent this request; open the operator's own page.");
  if (mayCall(caller, route.role)) return caller;
  return new Problem('forbidden', `This needs the app role '${route.role}'. An administrator assigns it.`);
}

/** A page of another site may send a request with the reader's identity, but it cannot hide where it comes from. */
function isForeign({ headers, url }: HttpRequest): boolean {
  const site = headers.get('sec-fetch-site');
  if (site === 'cross-site' || site === 'same-site') return true;
  const origin = headers.get('origin');
  const host = headers.get('x-forwarded-host') ?? headers.get('host') ?? new URL(url).host;
  return origin !== null && (!URL.canParse(origin) || new URL(origin).host !== host);
}

type Input = Omit<Parameters<Route['handle']>[1], 'body'>;

async function handleRead(
  route: Route,
  request: HttpRequest,
  context: RequestContext,
  input: Input,
): Promise<HttpResponseInit | Problem> {
  const result = await route.handle(context, { ...input, body: undefined });
  if (result instanceof Problem) return result;
  const body = JSON.stringify(result);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  const cached = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (cached.includes(etag)) return { status: 304, headers: { etag } };
  return { status: route.status, body, headers: { etag, 'content-type': 'application/json' } };
}

async function handleWrite(
  route: Route,
  request: HttpRequest,
  context: RequestContext,
  { caller, ...input }: Input,
): Promise<HttpResponseInit | Problem> {
  const body = await readBody(request);
  if (body instanceof Problem) return body;
  const parsed = route.body.safeParse(body.value);
  if (!parsed.success) return toInvalidRequest(parsed.error);
  const operation = `${route.name} ${JSON.stringify(input)}`;
  return handleOnce(context, request, { actor: caller.actor, operation, body: body.text }, async (identity) => {
    const result = await route.handle({ ...context, identity }, { ...input, body: parsed.data, caller });
    if (result instanceof Problem) return result;
    // What was decided may speak against publishing, and holds as soon as it is answered.
    await recallPublishers(context.ports);
    const status = route.isUnfinished?.(result) ? 202 : route.status;
    return { status, body: JSON.stringify(result), headers: { 'content-type': 'application/json' } };
  });
}

function parseRequest(route: Route, request: HttpRequest) {
  const params = route.params.safeParse(request.params);
  if (!params.success) return toInvalidRequest(params.error);
  const query = route.query.safeParse(Object.fromEntries(request.query.entries()));
  if (!query.success) return toInvalidRequest(query.error);
  return { params: params.data, query: query.data };
}

const toInvalidRequest = (error: z.ZodError) =>
  new Problem('invalid_request', z.prettifyError(error).slice(0, maxDetailLength));

/** The caller learns what may help; the log has the rest. */
function toErrorProblem(error: unknown, { method, path }: Route, { log }: RequestContext): Problem {
  if (error instanceof UnknownPageTokenError) return new Problem('invalid_request', error.message);
  const { message, stack = message } = error as Error;
  log.error(formatEvent('request.failed', new Date(), { method, path: `/${path}`, reason: stack }));
  return isOutage(error)
    ? new Problem('unavailable', `A service that this needs does not answer (${error.name}). Ask again in a moment.`)
    : new Problem(
        'internal_error',
        `The reason is in the log of the operator, at 'request.failed' of '${method} /${path}'.`,
      );
}
