import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const signedHeaders = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
];

/** Whether the request was signed with the account's key, by the rules of Shared Key. */
export function isSigned(request: IncomingMessage, account: string, key: string): boolean {
  const match = /^SharedKey ([^:]+):(.+)$/.exec(request.headers.authorization ?? '');
  if (match?.[1] !== account) return false;
  const expected = createHmac('sha256', Buffer.from(key, 'base64')).update(createTextToSign(request, account)).digest();
  const actual = Buffer.from(match[2] ?? '', 'base64');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function createTextToSign(request: IncomingMessage, account: string): string {
  const headers = signedHeaders.map((name) => {
    const value = String(request.headers[name] ?? '');
    return name === 'content-length' && value === '0' ? '' : value;
  });
  return `${[request.method, ...headers].join('\n')}\n${joinExtensionHeaders(request)}${toCanonicalResource(request, account)}`;
}

function joinExtensionHeaders(request: IncomingMessage): string {
  const names = Object.keys(request.headers).filter((name) => name.startsWith('x-ms-'));
  names.sort((first, second) => (toSortKey(first) < toSortKey(second) ? -1 : 1));
  return names.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join('');
}

/** The service sorts like a dictionary: a hyphen does not count, and an underscore comes before the digits. */
function toSortKey(name: string): string {
  return name.replaceAll('-', '').replaceAll('_', '!');
}

/** The path as it was sent, still encoded, and every query parameter decoded. */
function toCanonicalResource(request: IncomingMessage, account: string): string {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const cut = pair.indexOf('=');
      const [name, value] = cut < 0 ? [pair, ''] : [pair.slice(0, cut), pair.slice(cut + 1)];
      return `\n${name.toLowerCase()}:${decodeURIComponent(value)}`;
    });
  return `/${account}${path}${pairs.sort().join('')}`;
}
