import { createHash } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { Problem } from './problem.ts';
import type { Room } from './route.ts';

const shape = /^[\x21-\x7e]{1,128}$/;
const digest = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');

/** A request that is being answered for longer than this belongs to an instance that is no more. */
const longestSeconds = 300;

/**
 * Performs a request at most once per `Idempotency-Key`. Sent again with the same key it is answered as before; without
 * a key every request stands for itself.
 */
export async function once(
  { world, now }: Pick<Room, 'world' | 'now'>,
  { headers }: Pick<HttpRequest, 'headers'>,
  { who, what, body }: { readonly who: string; readonly what: string; readonly body: string },
  perform: () => Promise<HttpResponseInit | Problem>,
): Promise<HttpResponseInit | Problem> {
  const key = headers.get('idempotency-key');
  if (key === null) return perform();
  if (!shape.test(key)) return new Problem('malformed', 'An Idempotency-Key has 1 to 128 visible ASCII characters.');
  const request = { id: digest(who, key), content: digest(what, body), at: now().toISOString() };
  const claim = await world.desk.claim(request, longestSeconds);
  if (claim.kind === 'other') return new Problem('key_reused', 'Give each request a key of its own.');
  if (claim.kind === 'in progress') return new Problem('in_progress', 'Ask again for its answer in a moment.');
  if (claim.kind === 'answered') {
    const { status, text } = claim.answer;
    const headers = { 'content-type': contentTypeOf(status), 'idempotency-replayed': 'true' };
    return { status, body: text, headers };
  }
  try {
    const said = await perform();
    const { status = 200, body: text } = said instanceof Problem ? said.answer : said;
    await world.desk.answered(request, { status, text: String(text) });
    return said;
  } catch (error) {
    // Nothing was promised: the same key may try again.
    await world.desk.unclaim(request);
    throw error;
  }
}

const contentTypeOf = (status: number) => (status >= 400 ? 'application/problem+json' : 'application/json');
