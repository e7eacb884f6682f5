import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listRoutes } from '../../../support/routes.ts';

const routes = listRoutes();

describe('the table of routes', () => {
  it('has each name and each address once', () => {
    const addresses = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(addresses).size).toBe(routes.length);
    expect(new Set(routes.map(({ name }) => name)).size).toBe(routes.length);
  });

  it('takes no name that an activity or an orchestration has: to the host all of them are functions', () => {
    const folder = path.join(import.meta.dirname, '../../../../orchestrations');
    const others = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) =>
      path.basename(file, '.ts').replaceAll('-', '').toLowerCase(),
    );
    expect(others).toContain('publishrelease');
    expect(routes.filter(({ name }) => others.includes(name.toLowerCase()))).toEqual([]);
  });

  it('needs no sign-in at the health check alone', () => {
    expect(routes.filter(({ role }) => role === 'anonymous').map(({ name }) => name)).toEqual(['health']);
  });

  it('lets operators alone change anything', () => {
    const writes = routes.filter(({ method }) => method !== 'GET');
    expect(new Set(writes.map(({ method }) => method))).toEqual(new Set(['POST', 'PATCH']));
    expect(new Set(writes.map(({ role }) => role))).toEqual(new Set(['operator']));
  });

  it('is in the documentation, line by line', () => {
    const lines = routes.map(({ method, path, role, summary }) => `| \`${method} /${path}\` | ${role} | ${summary} |`);
    const text = readFileSync(path.join(import.meta.dirname, '../../../../docs/api.md'), 'utf8');
    expect(text).toContain(`| --- | --- | --- |\n${lines.join('\n')}\n\n`);
  });
});
