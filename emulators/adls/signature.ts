import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const SIGNED = [
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
  const given = /^SharedKey ([^:]+):(.+)$/.exec(request.headers.authorization ?? '');
  if (given?.[1] !== account) return false;
  const expected = createHmac('sha256', Buffer.from(key, 'base64')).update(textToSign(request, account)).digest();
  const actual = Buffer.from(given[2] ?? '', 'base64');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function textToSign(request: IncomingMessage, account: string): string {
  const headers = SIGNED.map((name) => {
    const value = String(request.headers[name] ?? '');
    return name === 'content-length' && value === '0' ? '' : value;
  });
  return `${[request.method, ...headers].join('\n')}\n${extensionHeaders(request)}${resource(request, account)}`;
}

function extensionHeaders(request: IncomingMessage): string {
  const names = Object.keys(request.headers).filter((name) => name.startsWith('x-ms-'));
  names.sort((one, other) => (asInService(one) < asInService(other) ? -1 : 1));
  return names.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join('');
}

/** The service sorts like a dictionary: a hyphen does not count, and an underscore comes before the digits. */
function asInService(name: string): string {
  return name.replaceAll('-', '').replaceAll('_', '!');
}

/** The path as it was sent, still encoded, and every query parameter decoded. */
function resource(request: IncomingMessage, account: string): string {
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
