import type { HttpRequest } from './exchange.ts';

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether a page of another site may have sent a request. A browser lets any page send one to this machine, and cannot be
 * made to hide where it comes from. A name of somebody else that leads here would make that page one of this site.
 */
export function isForeign({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  const host = headers.host ?? '';
  if (!isLoopback(`http://${host}`)) return true;
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return true;
  const { origin } = headers;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}

const isLoopback = (url: string) => URL.canParse(url) && loopbackNames.includes(new URL(url).hostname);
