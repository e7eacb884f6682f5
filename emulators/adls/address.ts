import { createError } from './storage-error.ts';

/** What a request is about; an empty path means the container itself. */
export type Address = { container: string; path: string };

const containerPattern = /^(?:[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){2,62}|\$root|\$web)$/;

/** Reads `/<account>/<container>/<path>`; only a rename's destination may come without the account. */
export function parseAddress(pathname: string, account: string, mayLackAccount: boolean): Address {
  const segments = pathname.split('/').slice(1).map(decodeSegment);
  if (segments[0] === account) segments.shift();
  else if (!mayLackAccount) throw createError('InvalidUri', pathname);
  const container = segments.shift() ?? '';
  if (!containerPattern.test(container)) throw createError('InvalidUri', pathname);
  if (segments.at(-1) === '') segments.pop();
  const path = segments.join('/');
  // A decoded segment may hold a slash of its own: it is one more level, so the test comes after the joining.
  if (path !== '' && path.split('/').some(isUnsafe)) throw createError('InvalidUri', pathname);
  return { container, path };
}

/** The `x-ms-rename-source` header has the form of a path, percent-encoded, perhaps with a query. */
export function parseRenameSource(header: string, account: string): Address {
  return parseAddress(new URL(header, 'http://lake').pathname, account, true);
}

function isUnsafe(segment: string): boolean {
  return segment === '' || segment === '.' || segment === '..' || /[\0\\]/.test(segment);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw createError('InvalidUri', segment);
  }
}
