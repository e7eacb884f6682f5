import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, readEntry } from '../disk/entry.ts';
import { createError } from '../storage-error.ts';
import { type Call, requireContainer } from './call.ts';

export const maxPageSize = 5000;
// Ticks of 100 nanoseconds between the epochs of Windows and Unix.
const epochTicks = 116_444_736_000_000_000n;

export const listPaths: Call = {
  name: 'ListPaths',
  endpoint: 'path',
  async execute(request, context) {
    requireContainer(request, context, 'path');
    const directory = (request.query.get('directory') ?? '').replace(/^\/+|\/+$/g, '');
    if (directory.split('/').includes('..')) throw createError('InvalidUri', directory);
    const start = context.disk.findEntry({ ...request.address, path: directory });
    if (start?.isDirectory !== true) throw createError('PathNotFound', directory);
    const limit = parseLimit(request.query);
    const after = decodeToken(request.query.get('continuation'));
    const entries = listPathsUnder(context.disk.getFile({ ...request.address, path: '' }), directory, {
      isRecursive: request.query.get('recursive') === 'true',
      after,
      max: limit + 1,
    });
    const page = entries.slice(0, limit);
    const last = page.at(-1);
    const continuation =
      entries.length > limit && last !== undefined ? { 'x-ms-continuation': encodeToken(last.name) } : {};
    const headers = { 'content-type': 'application/json;charset=utf-8', ...continuation };
    return { status: 200, headers, body: JSON.stringify({ paths: page.map(toPathItem) }) };
  },
};

export type ListedEntry = { name: string; entry: Entry };
type Walk = { isRecursive: boolean; after: string; max: number };

/** In the order of names, level by level, as far as one page needs. */
export function listPathsUnder(
  root: string,
  directory: string,
  walk: Walk,
  entries: ListedEntry[] = [],
): ListedEntry[] {
  for (const name of readdirSync(join(root, directory)).sort()) {
    if (entries.length >= walk.max) return entries;
    const path = directory === '' ? name : `${directory}/${name}`;
    const isBefore = walk.after !== '' && compare(path, walk.after) <= 0;
    // A branch that ends before the page begins is not even opened.
    if (isBefore && !walk.after.startsWith(`${path}/`) && path !== walk.after) continue;
    const entry = readEntry(join(root, path));
    // Removed by somebody else since its folder was read.
    if (entry === undefined) continue;
    if (!isBefore) entries.push({ name: path, entry });
    if (entry.isDirectory && walk.isRecursive) listPathsUnder(root, path, walk, entries);
  }
  return entries;
}

/** By segment and not by character, so that `a/z` comes before `a.txt` when `a` does. */
function compare(first: string, second: string): number {
  const left = first.split('/');
  const right = second.split('/');
  for (let n = 0; n < Math.min(left.length, right.length); n++) {
    const a = left[n] ?? '';
    const b = right[n] ?? '';
    if (a !== b) return a < b ? -1 : 1;
  }
  return left.length - right.length;
}

function toPathItem({ name, entry }: ListedEntry): Record<string, string> {
  return {
    name,
    contentLength: String(entry.length),
    creationTime: String(BigInt(entry.created.getTime()) * 10_000n + epochTicks),
    etag: entry.etag,
    group: '$superuser',
    ...(entry.isDirectory ? { isDirectory: 'true' } : {}),
    lastModified: entry.modified.toUTCString(),
    owner: '$superuser',
    permissions: entry.isDirectory ? 'rwxr-x---' : 'rw-r-----',
  };
}

function parseLimit(query: URLSearchParams): number {
  const limit = Number(query.get('maxResults') ?? maxPageSize);
  if (!Number.isInteger(limit) || limit < 1) throw createError('InvalidQueryParameterValue', 'maxResults');
  return Math.min(limit, maxPageSize);
}

const encodeToken = (name: string) => Buffer.from(name).toString('base64');
const decodeToken = (token: string | null) => Buffer.from(token ?? '', 'base64').toString();
