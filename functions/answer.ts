import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';

/** Problem Details, RFC 9457. */
export function problem(status: number, title: string, detail: string): HttpResponseInit {
  const jsonBody = { type: 'about:blank', status, title, detail };
  return { status, jsonBody, headers: { 'content-type': 'application/problem+json' } };
}

/** Reads the query by its schema; unknown or wrong values are answered, not guessed at. */
export function withQuery<Query extends z.ZodType>(
  schema: Query,
  answer: (query: z.output<Query>) => Promise<HttpResponseInit>,
): (request: HttpRequest) => Promise<HttpResponseInit> {
  return async (request) => {
    const query = schema.safeParse(Object.fromEntries(request.query.entries()));
    return query.success ? answer(query.data) : problem(400, 'Query not understood', z.prettifyError(query.error));
  };
}

export const Paging = { limit: z.coerce.number().int().min(1).max(1000).default(100), after: z.string().optional() };
