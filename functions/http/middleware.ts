import { createHash } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { WorldError } from '../../medallion/errors.ts';
import { UnknownMarkError } from '../../medallion/ports/desk.ts';
import { bodyOf } from './body.ts';
import { type Access, type Caller, callerOf, mayCall } from './caller.ts';
import { once } from './idempotency.ts';
import { Problem } from './problem.ts';
import type { Refusals } from './rejection-metrics.ts';
import type { Room, Route } from './route.ts';

const nobody: Caller = { who: 'nobody', roles: [] };

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'private, no-cache',
};

/** Answers one request: who asks, may they, what do they ask; and only then the route itself. */
export async function answer(
  route: Route,
  request: HttpRequest,
  room: Room,
  { access, refusals }: { readonly access: Access; readonly refusals: Refusals },
): Promise<HttpResponseInit> {
  const said = await attempt(route, request, room, access);
  if (said instanceof Problem) refusals.tell(route, said, room.log);
  const response = said instanceof Problem ? said.answer : said;
  return { ...response, headers: { ...always, ...response.headers } };
}

async function attempt(
  route: Route,
  request: HttpRequest,
  room: Room,
  access: Access,
): Promise<HttpResponseInit | Problem> {
  try {
    const caller = admitted(route, request, access);
    if (caller instanceof Problem) return caller;
    if (route.method === 'GET') return await look(route, request, room, caller);
    return await act(route, request, room, caller);
  } catch (error) {
    return problemOf(error, route, room);
  }
}

function admitted(route: Route, request: HttpRequest, access: Access): Caller | Problem {
  if (route.role === 'nobody') return nobody;
  const caller = callerOf(request, access);
  if (!caller) return new Problem('unauthenticated', 'Sign in, and ask again.');
  if (isForeign(request))
    return new Problem('foreign_origin', "This is another site's page asking; open the operator's own.");
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

async function look(
  route: Route,
  request: HttpRequest,
  room: Room,
  caller: Caller,
): Promise<HttpResponseInit | Problem> {
  const asked = understood(route, request);
  if (asked instanceof Problem) return asked;
  const said = await route.perform(room, { ...asked, body: undefined, caller });
  if (said instanceof Problem) return said;
  const body = JSON.stringify(said);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  const known = (request.headers.get('if-none-match') ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known.includes(etag)) return { status: 304, headers: { etag } };
  return { status: route.status, body, headers: { etag, 'content-type': 'application/json' } };
}

async function act(
  route: Route,
  request: HttpRequest,
  room: Room,
  caller: Caller,
): Promise<HttpResponseInit | Problem> {
  const asked = understood(route, request);
  if (asked instanceof Problem) return asked;
  const body = await bodyOf(request);
  if (body instanceof Problem) return body;
  const parsed = route.body.safeParse(body.value);
  if (!parsed.success) return new Problem('malformed', z.prettifyError(parsed.error).slice(0, 2000));
  return once(
    room,
    request,
    { who: caller.who, what: `${route.name} ${JSON.stringify(asked)}`, body: body.text },
    async () => {
      const said = await route.perform(room, { ...asked, body: parsed.data, caller });
      return said instanceof Problem
        ? said
        : { status: route.status, body: JSON.stringify(said), headers: { 'content-type': 'application/json' } };
    },
  );
}

function understood(route: Route, request: HttpRequest) {
  const params = route.params.safeParse(request.params);
  if (!params.success) return new Problem('malformed', z.prettifyError(params.error).slice(0, 2000));
  const query = route.query.safeParse(Object.fromEntries(request.query.entries()));
  if (!query.success) return new Problem('malformed', z.prettifyError(query.error).slice(0, 2000));
  return { params: params.data, query: query.data };
}

/** The caller learns what may help; the log has the rest. */
function problemOf(error: unknown, { method, path }: Route, { log }: Room): Problem {
  if (error instanceof UnknownMarkError) return new Problem('malformed', error.message);
  const { message, stack = message } = error as Error;
  log.error(`'${method} /${path}' failed: ${stack.slice(0, 2000)}`);
  return error instanceof WorldError
    ? new Problem('away', 'A service that this needs does not answer. Ask again in a moment.')
    : new Problem('failed', 'The reason is in the log of the operator.');
}
