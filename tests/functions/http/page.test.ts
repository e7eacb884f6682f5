import { describe, expect, it } from 'vitest';
import { createPageHandler } from '../../../functions/http/page.ts';

const assets = new Map([
  ['index.html', Buffer.from('<!doctype html>')],
  ['parts/files.js', Buffer.from('export {};')],
  ['notes.txt', Buffer.from('not for the page')],
]);
const handlePage = createPageHandler(assets);
const get = (asset?: string, headers: Record<string, string> = {}) =>
  handlePage({ params: asset === undefined ? {} : { asset }, headers: new Headers(headers) as never });

describe('the page', () => {
  it('is at the root, and allows nothing from elsewhere', () => {
    const { body, headers } = get();
    expect(String(body)).toBe('<!doctype html>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'/),
    });
  });

  it('has parts, which are sent once to a browser that keeps them', () => {
    const { headers } = get('parts/files.js');
    expect(headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8' });
    const etag = (headers as Record<string, string>)['etag'] ?? '';
    expect(get('parts/files.js', { 'if-none-match': etag }).status).toBe(304);
  });

  it.for(['../package.json', '..%2fpackage.json', 'notes.txt', 'api/nothing', 'parts', '/etc/passwd'])(
    'has nothing at %s',
    (asset) => {
      expect(get(asset)).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' } });
    },
  );
});
