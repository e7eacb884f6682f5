import { createHash } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { Problem } from './problem.ts';

/** The files of the page by their path, read once at start: a request chooses among these, and reaches no disk. */
export type Assets = ReadonlyMap<string, Uint8Array>;

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** `GET /`, and what the page is made of. Nothing else is there. */
export const createPageHandler =
  (assets: Assets) =>
  ({ headers: requestHeaders, params }: Pick<HttpRequest, 'headers' | 'params'>): HttpResponseInit => {
    const path = params['asset'] || 'index.html';
    const content = assets.get(path);
    const contentType = contentTypes[path.split('.').at(-1) ?? ''];
    if (!content || !contentType) return new Problem('not_found', 'There is nothing at this address.').response;
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
    if (requestHeaders.get('if-none-match') === etag) return { status: 304, headers: { ...headers, etag } };
    return { body: content, headers: { ...headers, etag, 'content-type': contentType } };
  };
