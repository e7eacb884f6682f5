import { createJsonResponse, type HttpRequest, type HttpResponse } from '../http/exchange.ts';
import { DurableApiError, DurableClient } from './client.ts';
import { type ApiPlace, createManagementUrls } from './client-binding.ts';
import { hasEnded, type Instance } from './instance.ts';
import { rewind } from './rewind.ts';
import { type InstanceFilter, selectPage, toStatus } from './status.ts';
import type { TaskHub } from './task-hub.ts';

const tokenHeader = 'x-ms-continuation-token';
const pageSize = 100;

/** The HTTP API of the Durable extension, below `/runtime/webhooks/durabletask/` and its private copy. */
export class DurableWebhooks {
  readonly #hub: TaskHub;
  readonly #client: DurableClient;
  readonly #apiPlace: ApiPlace;

  constructor(hub: TaskHub, apiPlace: ApiPlace) {
    this.#hub = hub;
    this.#client = new DurableClient(hub);
    this.#apiPlace = apiPlace;
  }

  async handle(request: HttpRequest, rest: string): Promise<HttpResponse> {
    try {
      const [kind, ...parts] = rest.split('/').filter((part) => part !== '');
      if (kind === 'orchestrators' && request.method === 'POST') return await this.#start(request, parts);
      if (kind === 'instances') return await this.#instances(request, parts);
      if (kind === 'entities')
        throw new DurableApiError(501, 'Durable entities are not served by the local host; keep state in a table.');
      return { status: 404 };
    } catch (error) {
      if (error instanceof DurableApiError) return createJsonResponse(error.status, { Message: error.message });
      throw error;
    }
  }

  async #start(request: HttpRequest, [name = '', ...ids]: readonly string[]): Promise<HttpResponse> {
    // An id with a slash arrives in pieces and is refused as one.
    const id = ids.length > 0 ? ids.join('/') : undefined;
    const input = await readJsonBody(request);
    const version = request.url.searchParams.get('version');
    const started = this.#client.start({
      name,
      input: input ?? 'null',
      ...(id ? { id } : {}),
      ...(version ? { version } : {}),
    });
    return this.#createLinks(started);
  }

  #createLinks(id: string): HttpResponse {
    const links = createManagementUrls(this.#apiPlace, id);
    return createJsonResponse(202, links, { location: links['statusQueryGetUri'] ?? '', 'retry-after': '10' });
  }

  async #instances(request: HttpRequest, [id, verb, event]: readonly string[]): Promise<HttpResponse> {
    if (id === undefined) return request.method === 'DELETE' ? this.#purgeMany(request) : this.#list(request);
    if (verb !== undefined)
      return request.method === 'POST' ? this.#command(request, id, verb, event) : { status: 405 };
    return request.method === 'DELETE' ? this.#purge(id) : this.#getStatus(request, id);
  }

  #getStatus(request: HttpRequest, id: string): HttpResponse {
    const instance = this.#hub.instances.find(id);
    if (!instance) throw new DurableApiError(404, `No instance with ID '${id}' found.`);
    const view = parseView(request);
    const headers: Record<string, string> = hasEnded(instance)
      ? {}
      : { location: request.url.href, 'retry-after': '5' };
    return createJsonResponse(hasEnded(instance) ? 200 : 202, toStatus(instance, this.#hub.instances, view), headers);
  }

  #list(request: HttpRequest): HttpResponse {
    const filter = parseFilter(request);
    const rows = selectPage(this.#hub.store, { ...filter, top: filter.top + 1 });
    const shown = rows.slice(0, filter.top);
    const last = shown.at(-1);
    const headers: Record<string, string> =
      rows.length > shown.length && last ? { [tokenHeader]: createToken(last) } : {};
    const view = parseView(request);
    return createJsonResponse(
      200,
      shown.map((instance) => toStatus(instance, this.#hub.instances, view)),
      headers,
    );
  }

  #purge(id: string): HttpResponse {
    const instancesDeleted = this.#client.purge(id);
    if (instancesDeleted === 0) throw new DurableApiError(404, `No instance with ID '${id}' found.`);
    return createJsonResponse(200, { instancesDeleted });
  }

  #purgeMany(request: HttpRequest): HttpResponse {
    if (!request.url.searchParams.has('createdTimeFrom')) {
      throw new DurableApiError(400, "Please provide value for 'createdTimeFrom' parameter.");
    }
    const rows = selectPage(this.#hub.store, { ...parseFilter(request), top: Number.MAX_SAFE_INTEGER }).filter(
      hasEnded,
    );
    if (rows.length === 0)
      throw new DurableApiError(
        404,
        'No ended instance matches; only Completed, Failed and Terminated ones are purged.',
      );
    const deleted = rows.map(({ id }) => this.#client.purge(id));
    return createJsonResponse(200, { instancesDeleted: deleted.reduce((sum, count) => sum + count, 0) });
  }

  async #command(request: HttpRequest, id: string, verb: string, event: string | undefined): Promise<HttpResponse> {
    const reason = request.url.searchParams.get('reason');
    switch (verb) {
      case 'raiseEvent':
        if (!event) throw new DurableApiError(400, 'The event has no name; put it at the end of the path.');
        this.#client.raise(id, event, await readJsonBody(request));
        return { status: 202 };
      case 'terminate':
        this.#client.terminate(id, reason);
        return { status: 202 };
      case 'suspend':
        this.#client.suspend(id, reason);
        return { status: 202 };
      case 'resume':
        this.#client.resume(id, reason);
        return { status: 202 };
      case 'rewind':
        rewind(this.#hub, id);
        return { status: 202 };
      case 'restart':
        return this.#createLinks(
          this.#client.restart(id, { withNewId: request.url.searchParams.get('restartWithNewInstanceId') !== 'false' }),
        );
      default:
        return { status: 404 };
    }
  }
}

/** JSON text, or null for an empty body. */
async function readJsonBody(request: HttpRequest): Promise<string | null> {
  const text = (await request.body()).toString('utf8');
  if (text === '') return null;
  const type = request.headers['content-type'];
  if (type !== undefined && !type.includes('json'))
    throw new DurableApiError(400, `Content type '${type}' is not taken; send application/json.`);
  try {
    JSON.parse(text);
  } catch {
    throw new DurableApiError(400, 'The body is not JSON; send application/json or nothing.');
  }
  return text;
}

function parseView({ url: { searchParams } }: HttpRequest) {
  const isOn = (name: string): boolean => searchParams.get(name)?.toLowerCase() === 'true';
  const showInput = searchParams.get('showInput')?.toLowerCase() !== 'false';
  return { showHistory: isOn('showHistory'), showHistoryOutput: isOn('showHistoryOutput'), showInput };
}

function parseFilter({ url: { searchParams }, headers }: HttpRequest): InstanceFilter {
  const parseTime = (name: string, otherwise: number): number => {
    const text = searchParams.get(name);
    if (!text) return otherwise;
    const parsed = Date.parse(text);
    if (Number.isNaN(parsed))
      throw new DurableApiError(400, `'${text}' is not a time for '${name}'; write it in ISO 8601.`);
    return parsed;
  };
  return {
    statuses: (searchParams.get('runtimeStatus') ?? '').split(',').filter((status) => status !== ''),
    createdFrom: parseTime('createdTimeFrom', 0),
    createdTo: parseTime('createdTimeTo', Number.MAX_SAFE_INTEGER),
    idPrefix: searchParams.get('instanceIdPrefix') ?? '',
    top: Number(searchParams.get('top') ?? 0) || pageSize,
    after: parseToken(headers[tokenHeader]),
  };
}

function createToken({ created, id }: Instance): string {
  return Buffer.from(JSON.stringify({ created, id })).toString('base64url');
}

function parseToken(token: string | string[] | undefined): InstanceFilter['after'] {
  if (typeof token !== 'string' || token === '' || token === 'null') return { created: -1, id: '' };
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as InstanceFilter['after'];
  } catch (cause) {
    throw Object.assign(
      new DurableApiError(400, `'${token}' is not a continuation token of this host; ask for the first page again.`),
      { cause },
    );
  }
}
