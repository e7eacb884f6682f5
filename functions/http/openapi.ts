import { z } from 'zod';
import type { Access } from './caller.ts';
import { type ProblemCode, ProblemDetails, statusOf } from './problem.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

const problemAnswer = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const descriptions: Record<number, string> = {
  200: 'The answer.',
  201: 'It was made.',
  202: 'It will be done.',
  304: 'It is as it was.',
  400: 'The request was not understood.',
  401: 'Nobody vouches for the caller.',
  403: 'The caller lacks the role, or asks from another site.',
  404: 'There is no such thing.',
  409: 'It is not in a state for this.',
  410: 'It has expired.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'It was understood, and is not possible.',
  431: 'The address or the headers are too long; the host says so before the app is asked.',
  503: 'A service that is needed does not answer.',
};

/** The whole API as an OpenAPI 3.1 document, made from the same table that answers. */
export function openapiOf(routes: readonly Route[], access: Access): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `/${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Medallion Operator',
      version: '1',
      description: 'Files, runs, releases, quarantine and reprocessing of a medallion lakehouse.',
    },
    // On one machine whoever reaches the app sits at it, and nobody is asked.
    ...(access === 'entra' ? { security: [{ platform: [] }] } : {}),
    paths,
    components: {
      schemas: { Problem: schemaOf(ProblemDetails, 'output') },
      securitySchemes: {
        platform: {
          type: 'apiKey',
          in: 'header',
          name: 'x-ms-client-principal',
          description:
            'Set by the platform in front of the app after it has signed the caller in with Microsoft Entra.',
        },
      },
    },
  };
}

function operationOf(route: Route): Json {
  const { answer, body, method, name, role, status, summary } = route;
  const isPost = method === 'POST';
  const answers = Object.fromEntries(
    statusesOf(route).map((each) => [
      String(each),
      { description: descriptions[each] ?? 'A problem.', ...problemAnswer },
    ]),
  );
  return {
    operationId: name,
    summary,
    ...(role === 'nobody' ? { security: [] } : { 'x-role': role }),
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(isPost ? [keyParameter] : []),
    ],
    ...(isPost
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }
      : {}),
    responses: {
      [status]: {
        description: descriptions[status],
        content: { 'application/json': { schema: schemaOf(answer, 'output') } },
      },
      ...(isPost ? {} : { 304: { description: descriptions[304] } }),
      431: { description: descriptions[431] },
      ...answers,
    },
  };
}

const keyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Visible ASCII. Sent again with the same key, the request is answered as before and does nothing more. Empty is none.',
  schema: { type: 'string', maxLength: 128 },
};

/** What the border itself may say comes on top of what the route declares. */
function statusesOf({ method, problems, role }: Route): number[] {
  const border: ProblemCode[] = [
    'malformed',
    'away',
    ...(role === 'nobody' ? [] : (['unauthenticated', 'forbidden'] as const)),
    ...(method === 'POST' ? (['in_progress', 'too_large', 'not_json', 'key_reused'] as const) : []),
  ];
  return [...new Set([...border, ...problems].map(statusOf))].sort((a, b) => a - b);
}

function parametersOf(shape: z.ZodObject, place: 'path' | 'query'): Json[] {
  return Object.entries(shape.shape).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(schema as z.ZodType, 'output'),
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}
