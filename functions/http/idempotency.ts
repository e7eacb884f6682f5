import { createHash } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { renewWhile } from '../../operations/renew-while.ts';
import { Problem } from './problem.ts';
import { createIdentity, createKeyedIdentity, type RequestIdentity } from './request-identity.ts';
import type { RequestContext } from './route.ts';

const keyShape = /^[\x21-\x7e]{1,128}$/;
const digest = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');

/** A request that was not renewed for longer than this belongs to an instance that is no more. */
const maxSeconds = 300;
const renewalSeconds = 60;

interface KeyedContent {
  readonly actor: string;
  readonly operation: string;
  readonly body: string;
}

/**
 * Handles a request at most once per `Idempotency-Key`. Sent again with the same key it gets the same response; without
 * a key every request stands for itself.
 */
export async function handleOnce(
  { now, ports }: Pick<RequestContext, 'now' | 'ports'>,
  { headers }: Pick<HttpRequest, 'headers'>,
  { actor, body, operation }: KeyedContent,
  handle: (identity: RequestIdentity) => Promise<HttpResponseInit | Problem>,
): Promise<HttpResponseInit | Problem> {
  const key = headers.get('idempotency-key');
  if (key === null) return handle(createIdentity(now()));
  if (!keyShape.test(key))
    return new Problem('invalid_request', 'An Idempotency-Key has 1 to 128 visible ASCII characters.');
  const request = { id: digest(actor, key), content: digest(operation, body), at: now().toISOString() };
  const claim = await ports.idempotencyKeys.claim(request, maxSeconds);
  if (claim.kind === 'different_request')
    return new Problem('key_reused', `'${key}' is the key of another request. Give each request a key of its own.`);
  if (claim.kind === 'in_progress')
    return new Problem(
      'request_in_progress',
      `The request with the key '${key}' is at work. Send it again in a moment.`,
    );
  if (claim.kind === 'answered') {
    const { status, text } = claim.response;
    const replayed = { 'content-type': getContentType(status), 'idempotency-replayed': 'true' };
    return { status, body: text, headers: replayed };
  }
  try {
    const renew = () => ports.idempotencyKeys.renew(request, now());
    const result = await renewWhile(renew, renewalSeconds, () =>
      handle(createKeyedIdentity(request.id, claim.firstAt)),
    );
    const { body: text, status = 200 } = result instanceof Problem ? result.response : result;
    await ports.idempotencyKeys.storeResponse(request, { status, text: String(text) });
    return result;
  } catch (error) {
    // Nothing was promised: the same key may try again. What was made already is found under its name.
    await ports.idempotencyKeys.release(request);
    throw error;
  }
}

const getContentType = (status: number) => (status >= 400 ? 'application/problem+json' : 'application/json');
