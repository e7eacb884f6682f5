import { z } from 'zod';
import type { Access } from './access.ts';
import { getProblemStatus, type ProblemCode, ProblemDetails } from './problem.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

const problemContent = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const descriptions: Record<number, string> = {
  200: 'Done, or read.',
  201: 'Created.',
  202: 'Accepted; it will be done.',
  304: 'Not modified.',
  400: 'Invalid request.',
  401: 'Not authenticated.',
  403: 'The app role is missing, or the request comes from another site.',
  404: 'Not found.',
  409: 'Not possible in the current state.',
  410: 'Expired.',
  413: 'The request body is too large.',
  415: 'The request body is not JSON.',
  422: 'Valid, but not possible.',
  429: 'The caller has too many requests under way.',
  431: 'The address or the headers are too long; the host says so before the app is called.',
  502: 'The SQL warehouse rejected the query.',
  503: 'A dependency is unavailable.',
  504: 'The answer takes too long.',
};

const platformScheme = {
  type: 'apiKey',
  in: 'header',
  name: 'x-ms-client-principal',
  description: 'Set by the platform in front of the app after it has signed the caller in with Microsoft Entra.',
};

/** The whole API as an OpenAPI 3.1 document, made from the same table that handles requests. */
export function createOpenapiDocument(routes: readonly Route[], access: Access): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `/${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: toOperation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Medallion Operator',
      version: '1',
      description: 'Files, runs, releases, quarantine and reprocessing of a medallion lakehouse.',
    },
    // On one machine whoever reaches the app sits at it, and nobody has to sign in.
    ...(access.kind === 'entra' ? { security: [{ platform: [] }] } : {}),
    paths,
    components: {
      schemas: { Problem: toJsonSchema(ProblemDetails, 'output') },
      securitySchemes: { platform: platformScheme },
    },
  };
}

function toOperation(route: Route): Json {
  const { body, method, name, role, summary } = route;
  const isWrite = method !== 'GET';
  return {
    operationId: name,
    summary,
    ...(role === 'anonymous' ? { security: [] } : { 'x-role': role }),
    parameters: [
      ...toParameters(route.params, 'path'),
      ...toParameters(route.query, 'query'),
      ...(isWrite ? [keyParameter] : []),
    ],
    // A route that reads has no body, and the schema of nothing cannot be described.
    ...(isWrite ? { requestBody: toRequestBody(body) } : {}),
    responses: toResponses(route, isWrite),
  };
}

const toRequestBody = (body: z.ZodType): Json => ({
  required: true,
  content: { 'application/json': { schema: toJsonSchema(body, 'input') } },
});

function toResponses(route: Route, isWrite: boolean): Json {
  const { answer, isUnfinished, status } = route;
  const problems = listStatuses(route).map((problemStatus) => [
    String(problemStatus),
    { description: descriptions[problemStatus] ?? 'A problem.', ...problemContent },
  ]);
  const content = { 'application/json': { schema: toJsonSchema(answer, 'output') } };
  return {
    [status]: { description: descriptions[status], content },
    ...(isUnfinished ? { 202: { description: descriptions[202], content } } : {}),
    ...(isWrite ? {} : { 304: { description: descriptions[304] } }),
    431: { description: descriptions[431] },
    ...Object.fromEntries(problems),
  };
}

const keyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Visible ASCII. Sent again with the same key, the request gets the same response and does nothing more. Empty is none.',
  schema: { type: 'string', maxLength: 128 },
};

/** What the middleware itself may say comes on top of what the route declares. */
function listStatuses({ method, problems, role }: Route): number[] {
  const ofMiddleware: ProblemCode[] = [
    'invalid_request',
    'unavailable',
    'timed_out',
    ...(role === 'anonymous' ? [] : (['unauthenticated', 'forbidden', 'too_many_requests'] as const)),
    ...(method === 'GET' ? [] : (['request_in_progress', 'body_too_large', 'not_json', 'key_reused'] as const)),
  ];
  return [...new Set([...ofMiddleware, ...problems].map(getProblemStatus))].sort((a, b) => a - b);
}

function toParameters(shape: z.ZodObject, place: 'path' | 'query'): Json[] {
  return Object.entries(shape.shape).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
    schema: toJsonSchema(schema as z.ZodType, 'output'),
  }));
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}
