import { describe, expect, it } from 'vitest';
import { createOpenapiDocument } from '../../../functions/http/openapi.ts';
import { allRoutes } from '../../support/all-routes.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: object;
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }>;
}

const routes = allRoutes();
const document = JSON.parse(JSON.stringify(createOpenapiDocument(routes, 'entra'))) as {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('the OpenAPI document', () => {
  it('has every route, once', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(
      routes.map(({ name }) => name).sort(),
    );
  });

  it.for(operations)('names all parameters in $path, and what $method answers', ({ method, operation, path }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = operation.parameters.filter((each) => each.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual(inPath);
    expect(declared.every(({ required }) => required)).toBe(true);
    expect(operation.requestBody === undefined).toBe(method === 'get');
    const good = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
    expect(good).toHaveLength(1);
    expect(operation.responses[good[0] ?? '']?.content?.['application/json']?.schema).toBeTruthy();
    expect(operation.responses['400']?.content?.['application/problem+json']).toBeTruthy();
  });

  it('says of a list how many are given without asking', () => {
    const { operation } = operations.find(({ path }) => path === '/api/files') ?? {};
    expect(operation?.parameters.find(({ name }) => name === 'limit')).toMatchObject({
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    });
  });
});
