import type { AppFunction } from '../functions.ts';
import { createJsonResponse, type HttpRequest, type HttpResponse } from '../http/exchange.ts';
import type { Log } from '../log.ts';
import { type BlobEvent, listMissingFields } from './event.ts';
import type { Notifications } from './notifications.ts';

interface WebhookOptions {
  readonly functions: readonly AppFunction[];
  readonly key: string;
  readonly log: Log;
  readonly notifications: Notifications;
}

/** `POST /runtime/webhooks/blobs`: where Event Grid delivers to. */
export function createBlobWebhook({
  functions,
  key,
  log,
  notifications,
}: WebhookOptions): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const query = request.url.searchParams;
    if (query.get('code') !== key && request.headers['x-functions-key'] !== key) return { status: 401 };
    if (request.method !== 'POST') return { status: 405 };
    const functionName = query.get('functionName')?.toLowerCase();
    const target = functions.find(
      ({ name, trigger }) => trigger.type === 'blobTrigger' && `Host.Functions.${name}`.toLowerCase() === functionName,
    );
    if (!target)
      return createJsonResponse(404, {
        Message: `Function '${query.get('functionName')}' is not a blob function of this app.`,
      });
    const events = parseEvents(await request.body());
    if (!events)
      return createJsonResponse(400, {
        Message: 'The body is not an Event Grid delivery; send a JSON array of events.',
      });
    const validation = events.find(({ eventType }) => eventType === 'Microsoft.EventGrid.SubscriptionValidationEvent');
    if (validation) return createJsonResponse(200, { validationResponse: validation.data?.validationCode });
    const complete = events.filter((event) => isComplete(event, log));
    notifications.accept(target, complete);
    return { status: 202 };
  };
}

function isComplete(event: BlobEvent, log: Log): boolean {
  const missing = listMissingFields(event);
  if (missing.length === 0) return true;
  log(
    'warning',
    `The event for '${event.subject}' lacks ${missing.join(', ')} and is dropped, as the blob extension drops it.`,
  );
  return false;
}

function parseEvents(body: Buffer): readonly BlobEvent[] | undefined {
  try {
    const parsed = JSON.parse(body.toString('utf8')) as BlobEvent | readonly BlobEvent[] | null;
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    return 'eventType' in parsed ? [parsed] : parsed;
  } catch {
    // The status says it to the caller; there is nothing else to know.
    return undefined;
  }
}
