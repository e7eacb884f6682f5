import { type Asked, json, type Said } from '../http/exchange.ts';
import { DurableClient, Refusal } from './client.ts';
import { type ApiPlace, managementUrls } from './client-binding.ts';
import { hasEnded, type Instance } from './instances.ts';
import { rewind } from './rewind.ts';
import { type Filter, page, statusOf } from './status.ts';
import type { TaskHub } from './task-hub.ts';

const tokenHeader = 'x-ms-continuation-token';
const pageSize = 100;

/** The HTTP API of the Durable extension, below `/runtime/webhooks/durabletask/` and its private copy. */
export class DurableWebhooks {
  readonly #hub: TaskHub;
  readonly #client: DurableClient;
  readonly #place: ApiPlace;

  constructor(hub: TaskHub, place: ApiPlace) {
    this.#hub = hub;
    this.#client = new DurableClient(hub);
    this.#place = place;
  }

  async answer(asked: Asked, rest: string): Promise<Said> {
    try {
      const [kind, ...parts] = rest.split('/').filter((part) => part !== '');
      if (kind === 'orchestrators' && asked.method === 'POST') return await this.#start(asked, parts);
      if (kind === 'instances') return await this.#instances(asked, parts);
      if (kind === 'entities')
        throw new Refusal(501, 'Durable entities are not served by the local host; keep state in a table.');
      return { status: 404 };
    } catch (error) {
      if (error instanceof Refusal) return json(error.status, { Message: error.message });
      throw error;
    }
  }

  async #start(asked: Asked, [name = '', ...ids]: readonly string[]): Promise<Said> {
    // An id with a slash arrives in pieces and is refused as one.
    const id = ids.length > 0 ? ids.join('/') : undefined;
    const input = await jsonBody(asked);
    const version = asked.url.searchParams.get('version');
    const started = this.#client.start({
      name,
      input: input ?? 'null',
      ...(id ? { id } : {}),
      ...(version ? { version } : {}),
    });
    return this.#links(started);
  }

  #links(id: string): Said {
    const links = managementUrls(this.#place, id);
    return json(202, links, { location: links['statusQueryGetUri'] ?? '', 'retry-after': '10' });
  }

  async #instances(asked: Asked, [id, verb, event]: readonly string[]): Promise<Said> {
    if (id === undefined) return asked.method === 'DELETE' ? this.#purgeMany(asked) : this.#list(asked);
    if (verb !== undefined) return asked.method === 'POST' ? this.#command(asked, id, verb, event) : { status: 405 };
    return asked.method === 'DELETE' ? this.#purge(id) : this.#status(asked, id);
  }

  #status(asked: Asked, id: string): Said {
    const instance = this.#hub.instances.find(id);
    if (!instance) throw new Refusal(404, `No instance with ID '${id}' found.`);
    const view = viewOf(asked);
    const headers: Record<string, string> = hasEnded(instance) ? {} : { location: asked.url.href, 'retry-after': '5' };
    return json(hasEnded(instance) ? 200 : 202, statusOf(instance, this.#hub.instances, view), headers);
  }

  #list(asked: Asked): Said {
    const filter = filterOf(asked);
    const rows = page(this.#hub.store, { ...filter, top: filter.top + 1 });
    const shown = rows.slice(0, filter.top);
    const last = shown.at(-1);
    const headers: Record<string, string> =
      rows.length > shown.length && last ? { [tokenHeader]: tokenAfter(last) } : {};
    const view = viewOf(asked);
    return json(
      200,
      shown.map((instance) => statusOf(instance, this.#hub.instances, view)),
      headers,
    );
  }

  #purge(id: string): Said {
    const instancesDeleted = this.#client.purge(id);
    if (instancesDeleted === 0) throw new Refusal(404, `No instance with ID '${id}' found.`);
    return json(200, { instancesDeleted });
  }

  #purgeMany(asked: Asked): Said {
    if (!asked.url.searchParams.has('createdTimeFrom')) {
      throw new Refusal(400, "Please provide value for 'createdTimeFrom' parameter.");
    }
    const rows = page(this.#hub.store, { ...filterOf(asked), top: Number.MAX_SAFE_INTEGER }).filter(hasEnded);
    if (rows.length === 0)
      throw new Refusal(404, 'No ended instance matches; only Completed, Failed and Terminated ones are purged.');
    const deleted = rows.map(({ id }) => this.#client.purge(id));
    return json(200, { instancesDeleted: deleted.reduce((sum, count) => sum + count, 0) });
  }

  async #command(asked: Asked, id: string, verb: string, event: string | undefined): Promise<Said> {
    const reason = asked.url.searchParams.get('reason');
    switch (verb) {
      case 'raiseEvent':
        if (!event) throw new Refusal(400, 'The event has no name; put it at the end of the path.');
        this.#client.raise(id, event, await jsonBody(asked));
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
        return this.#links(
          this.#client.restart(id, { withNewId: asked.url.searchParams.get('restartWithNewInstanceId') !== 'false' }),
        );
      default:
        return { status: 404 };
    }
  }
}

/** JSON text, or null for an empty body. */
async function jsonBody(asked: Asked): Promise<string | null> {
  const text = (await asked.body()).toString('utf8');
  if (text === '') return null;
  const type = asked.headers['content-type'];
  if (type !== undefined && !type.includes('json'))
    throw new Refusal(400, `Content type '${type}' is not taken; send application/json.`);
  try {
    JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not JSON; send application/json or nothing.');
  }
  return text;
}

function viewOf({ url: { searchParams } }: Asked) {
  const isOn = (name: string): boolean => searchParams.get(name)?.toLowerCase() === 'true';
  const showInput = searchParams.get('showInput')?.toLowerCase() !== 'false';
  return { showHistory: isOn('showHistory'), showHistoryOutput: isOn('showHistoryOutput'), showInput };
}

function filterOf({ url: { searchParams }, headers }: Asked): Filter {
  const time = (name: string, otherwise: number): number => {
    const text = searchParams.get(name);
    if (!text) return otherwise;
    const parsed = Date.parse(text);
    if (Number.isNaN(parsed)) throw new Refusal(400, `'${text}' is not a time for '${name}'; write it in ISO 8601.`);
    return parsed;
  };
  return {
    statuses: (searchParams.get('runtimeStatus') ?? '').split(',').filter((status) => status !== ''),
    createdFrom: time('createdTimeFrom', 0),
    createdTo: time('createdTimeTo', Number.MAX_SAFE_INTEGER),
    idPrefix: searchParams.get('instanceIdPrefix') ?? '',
    top: Number(searchParams.get('top') ?? 0) || pageSize,
    after: afterToken(headers[tokenHeader]),
  };
}

function tokenAfter({ created, id }: Instance): string {
  return Buffer.from(JSON.stringify({ created, id })).toString('base64url');
}

function afterToken(token: string | string[] | undefined): Filter['after'] {
  if (typeof token !== 'string' || token === '' || token === 'null') return { created: -1, id: '' };
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Filter['after'];
  } catch (cause) {
    throw Object.assign(
      new Refusal(400, `'${token}' is not a continuation token of this host; ask for the first page again.`),
      { cause },
    );
  }
}
