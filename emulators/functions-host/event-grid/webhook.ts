import type { AppFunction, CallFunction } from '../functions.ts';
import { createJsonResponse, type HttpRequest, type HttpResponse } from '../http/exchange.ts';
import type { Log } from '../log.ts';

interface WebhookOptions {
  readonly functions: readonly AppFunction[];
  readonly key: string;
  readonly log: Log;
  readonly call: CallFunction;
}

type GridEvent = Readonly<Record<string, unknown>>;

/**
 * `POST /runtime/webhooks/EventGrid`: what Event Grid delivers to functions with its own trigger. They run before it is
 * answered, and a delivery of which one has failed is a failed one: Event Grid sends it again.
 */
export function createEventGridWebhook({
  call,
  functions,
  key,
  log,
}: WebhookOptions): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const query = request.url.searchParams;
    if (query.get('code') !== key && request.headers['x-functions-key'] !== key) return { status: 401 };
    const functionName = query.get('functionName')?.toLowerCase();
    const target = functions.find(
      ({ name, trigger }) => trigger.type === 'eventGridTrigger' && name.toLowerCase() === functionName,
    );
    if (!target) return { status: 404, body: `cannot find function: '${query.get('functionName')}'` };
    const events = JSON.parse((await request.body()).toString('utf8')) as readonly GridEvent[];
    if (request.headers['aeg-event-type'] === 'SubscriptionValidation') return answerValidation(events);
    const results = await Promise.allSettled(
      events.map((event) => call(target, { [target.triggerName]: { json: JSON.stringify(event) } })),
    );
    const failed = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failed) log('error', `'${target.name}' failed: ${(reason as Error).message}`);
    return { status: failed.length > 0 ? 500 : 202 };
  };
}

function answerValidation([event]: readonly GridEvent[]): HttpResponse {
  const { validationCode } = (event?.['data'] ?? {}) as { validationCode?: string };
  return createJsonResponse(200, { validationResponse: validationCode });
}
