import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loopback } from '../../../functions/http/access.ts';
import { createOpenapiDocument } from '../../../functions/http/openapi.ts';
import { listRoutes } from '../../support/routes.ts';
import { entra } from '../../support/test-context.ts';

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

const routes = listRoutes();
const text = `${JSON.stringify(createOpenapiDocument(routes, entra), null, 2)}\n`;
const document = JSON.parse(text) as {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(document.paths).flatMap(([address, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ address, method, operation })),
);

describe('the OpenAPI document', () => {
  it('has every route, once', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(
      routes.map(({ name }) => name).sort(),
    );
  });

  it.for(operations)('names all parameters in $address, and what $method answers', ({ address, method, operation }) => {
    const inPath = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual(inPath);
    expect(declared.every(({ required }) => required)).toBe(true);
    expect(operation.requestBody === undefined).toBe(method === 'get');
    const good = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
    expect(good).toHaveLength(operation.operationId === 'pausePipeline' ? 2 : 1);
    for (const status of good) expect(operation.responses[status]?.content?.['application/json']?.schema).toBeTruthy();
    expect(operation.responses['400']?.content?.['application/problem+json']).toBeTruthy();
  });

  it('takes an Idempotency-Key wherever something is changed, and there alone', () => {
    for (const { method, operation } of operations) {
      const takesKey = operation.parameters.some((parameter) => parameter.name === 'Idempotency-Key');
      expect(takesKey, operation.operationId).toBe(method !== 'get');
    }
  });

  it('says of a list how many are given without asking', () => {
    const { operation } = operations.find(({ address }) => address === '/api/files') ?? {};
    expect(operation?.parameters.find(({ name }) => name === 'limit')).toMatchObject({
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    });
  });

  it('asks nobody to sign in on one machine', () => {
    expect(document).toHaveProperty('security');
    expect(createOpenapiDocument(routes, loopback)).not.toHaveProperty('security');
  });

  // A change of the API shows in the review of this file. `MEDALLION_GOLDEN=write npm test -- FILE` writes it anew.
  it('is the one that was agreed on', () => {
    const golden = path.join(import.meta.dirname, 'openapi.golden.json');
    if (process.env['MEDALLION_GOLDEN'] === 'write') writeFileSync(golden, text);
    expect(document).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });
});
