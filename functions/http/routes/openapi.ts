import { z } from 'zod';
import type { Access } from '../access.ts';
import { createOpenapiDocument } from '../openapi.ts';
import { type Route, route } from '../route.ts';

/** The document lists every route, itself included, so it gets them when they are all there. */
export const createOpenapiRoute = (getRoutes: () => readonly Route[], access: Access) =>
  route({
    name: 'openapi',
    path: 'api/openapi.json',
    role: 'reader',
    summary: 'This API, as OpenAPI 3.1.',
    answer: z.record(z.string(), z.unknown()),
    handle: () => createOpenapiDocument(getRoutes(), access),
  });
