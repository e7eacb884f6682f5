import type { AppFunction } from '../functions.ts';
import type { HttpCookie, TypedValue } from '../worker/messages.ts';
import type { HttpRequest, HttpResponse } from './exchange.ts';

type Values = Readonly<Record<string, string>>;

/** The request as the library expects it. Header names come in lower case; a repeated query key is joined by commas. */
export async function toTriggerValue(request: HttpRequest, params: Values): Promise<TypedValue> {
  const query: Record<string, string> = {};
  for (const [name, value] of request.url.searchParams) query[name] = name in query ? `${query[name]},${value}` : value;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && value !== '') headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const bytes = await request.body();
  return {
    http: {
      url: request.url.href,
      method: request.method,
      nullableHeaders: toNullable(headers),
      nullableQuery: toNullable(query),
      nullableParams: toNullable(params),
      ...(bytes.length > 0 ? { body: { bytes } } : {}),
    },
  };
}

/** A handler that returned nothing has no response on the wire: 204. */
export function toHttpResponse(value: TypedValue | null | undefined): HttpResponse {
  const http = value?.http;
  if (!http) return { status: 204 };
  const cookies = (http.cookies ?? []).map(formatCookie);
  const { bytes, string } = http.body ?? {};
  const body = bytes ? Buffer.from(bytes) : string;
  return {
    status: Number(http.statusCode ?? 200),
    headers: { ...http.headers, ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}) },
    ...(body === undefined || body.length === 0 ? {} : { body }),
  };
}

/** Answers whether the caller may invoke the function; without a configured key loopback callers are trusted. */
export function mayCall(target: AppFunction, request: HttpRequest, hostKey: string | undefined): boolean {
  if (hostKey === undefined || String(target.trigger['authLevel']).toLowerCase() === 'anonymous') return true;
  return findKey(request) === hostKey;
}

export function findKey(request: HttpRequest): string | undefined {
  const header = request.headers['x-functions-key'];
  return typeof header === 'string' ? header : (request.url.searchParams.get('code') ?? undefined);
}

function toNullable(values: Values): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

function formatCookie(cookie: HttpCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  if (cookie.maxAge) parts.push(`max-age=${cookie.maxAge.value}`);
  if (cookie.domain) parts.push(`domain=${cookie.domain.value}`);
  if (cookie.path) parts.push(`path=${cookie.path.value}`);
  if (cookie.expires) parts.push(`expires=${new Date(cookie.expires.value as string | number | Date).toUTCString()}`);
  if (cookie.secure?.value) parts.push('secure');
  if (cookie.httpOnly?.value) parts.push('httponly');
  // 'none' means that the app said nothing; 'explicitNone' that it said None.
  if (cookie.sameSite && cookie.sameSite !== 'none')
    parts.push(`samesite=${cookie.sameSite.replace('explicitNone', 'none')}`);
  return parts.join('; ');
}
