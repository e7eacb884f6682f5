import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, entryAt } from '../disk/entry.ts';
import { refuse } from '../storage-error.ts';
import { type Call, requireContainer } from './call.ts';

const MOST = 5000;
// Ticks of 100 nanoseconds between the epochs of Windows and Unix.
const EPOCH_TICKS = 116_444_736_000_000_000n;

export const listPaths: Call = {
  name: 'ListPaths',
  half: 'path',
  async perform(asked, world) {
    requireContainer(asked, world, 'path');
    const directory = (asked.query.get('directory') ?? '').replace(/^\/+|\/+$/g, '');
    if (directory.split('/').includes('..')) throw refuse('InvalidUri', directory);
    const start = world.disk.entry({ ...asked.address, path: directory });
    if (start?.isDirectory !== true) throw refuse('PathNotFound', directory);
    const most = limitIn(asked.query);
    const after = decoded(asked.query.get('continuation'));
    const found = pathsUnder(world.disk.file({ ...asked.address, path: '' }), directory, {
      isRecursive: asked.query.get('recursive') === 'true',
      after,
      most: most + 1,
    });
    const page = found.slice(0, most);
    const last = page.at(-1);
    const more = found.length > most && last !== undefined ? { 'x-ms-continuation': encoded(last.name) } : {};
    const headers = { 'content-type': 'application/json;charset=utf-8', ...more };
    return { status: 200, headers, body: JSON.stringify({ paths: page.map(shape) }) };
  },
};

type Found = { name: string; entry: Entry };
type Walk = { isRecursive: boolean; after: string; most: number };

/** In the order of names, level by level, as far as one page needs. */
export function pathsUnder(root: string, directory: string, walk: Walk, found: Found[] = []): Found[] {
  for (const name of readdirSync(join(root, directory)).sort()) {
    if (found.length >= walk.most) return found;
    const path = directory === '' ? name : `${directory}/${name}`;
    const isBefore = walk.after !== '' && compare(path, walk.after) <= 0;
    // A branch that ends before the page begins is not even opened.
    if (isBefore && !walk.after.startsWith(`${path}/`) && path !== walk.after) continue;
    const entry = entryAt(join(root, path));
    // Removed by somebody else since its folder was read.
    if (entry === undefined) continue;
    if (!isBefore) found.push({ name: path, entry });
    if (entry.isDirectory && walk.isRecursive) pathsUnder(root, path, walk, found);
  }
  return found;
}

/** By segment and not by character, so that `a/z` comes before `a.txt` when `a` does. */
function compare(one: string, other: string): number {
  const [left, right] = [one.split('/'), other.split('/')];
  for (let n = 0; n < Math.min(left.length, right.length); n++) {
    const [a = '', b = ''] = [left[n], right[n]];
    if (a !== b) return a < b ? -1 : 1;
  }
  return left.length - right.length;
}

function shape({ name, entry }: Found): Record<string, string> {
  return {
    name,
    contentLength: String(entry.length),
    creationTime: String(BigInt(entry.created.getTime()) * 10_000n + EPOCH_TICKS),
    etag: entry.etag,
    group: '$superuser',
    ...(entry.isDirectory ? { isDirectory: 'true' } : {}),
    lastModified: entry.modified.toUTCString(),
    owner: '$superuser',
    permissions: entry.isDirectory ? 'rwxr-x---' : 'rw-r-----',
  };
}

function limitIn(query: URLSearchParams): number {
  const asked = Number(query.get('maxResults') ?? MOST);
  if (!Number.isInteger(asked) || asked < 1) throw refuse('InvalidQueryParameterValue', 'maxResults');
  return Math.min(asked, MOST);
}

const encoded = (name: string) => Buffer.from(name).toString('base64');
const decoded = (token: string | null) => Buffer.from(token ?? '', 'base64').toString();
