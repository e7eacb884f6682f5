import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { applyFaults, FaultPlan } from '../shared/fault-plan.ts';
import type { Fault, Faults } from '../shared/faults.ts';
import type { Azurite } from './azurite.ts';
import { type CallName, checkCall, parseCall, type TableCall } from './calls.ts';
import { parseKeyRange } from './filter.ts';
import { createForwarder, type Forward, type ForwardedResponse } from './forward.ts';
import { maxTransactionBytes, TableError } from './limits.ts';
import { Pages } from './pages.ts';

export interface ProxyOptions {
  /** Decides which pages end early. */
  readonly seed?: number;
  readonly faults?: Faults;
  readonly log: (line: string) => void;
}

/** What the requests so far have cost. A query looks at rows whether they meet its conditions or not. */
export interface Counts {
  readonly requests: Partial<Record<CallName, number>>;
  readonly rowsLookedAt: number;
  /** Of the query that looked at more rows than any other. */
  readonly maxRowsPerQuery: number;
}

const defaultSeed = 1;
/** Not the name of an account, whose names have no underscore. */
const countsPath = '/_counts';

/** Stands in front of Azurite, which is kinder than the service, and makes it as strict and as unsteady. */
export function createProxy(azurite: Azurite, options: ProxyOptions): Server {
  const proxy = new TableProxy(azurite, options);
  return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    proxy.handle(request, response).catch((error: unknown) => {
      options.log(`${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (response.headersSent) response.destroy();
      else sendError(response, new TableError(500, 'InternalError', 'The emulator failed. Its log says why.'));
    });
  });
}

class TableProxy {
  readonly #azurite: Azurite;
  readonly #forward: Forward;
  readonly #faults: FaultPlan;
  readonly #pages: Pages;
  readonly #requests: Partial<Record<CallName, number>> = {};
  #rowsLookedAt = 0;
  #maxRowsPerQuery = 0;

  constructor(azurite: Azurite, { faults, log, seed = defaultSeed }: ProxyOptions) {
    this.#azurite = azurite;
    this.#forward = createForwarder(azurite.port);
    this.#faults = new FaultPlan('table-storage', faults, log);
    this.#pages = new Pages(seed);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://tables');
    if (pathname === countsPath) return sendJson(response, this.#getCounts());
    const call = parseCall(request.method ?? 'GET', pathname);
    this.#requests[call.name] = (this.#requests[call.name] ?? 0) + 1;
    const due = this.#faults.next(call.name, request.url);
    try {
      const body = await readBody(request);
      if ((await this.#suffer(due, 'before', request)) === 'disconnected') return;
      checkCall(call, query, body);
      const answer =
        call.name === 'QueryEntities'
          ? await this.#query(call, request, pathname, query)
          : await this.#forward(request, request.url ?? '/', body);
      if ((await this.#suffer(due, 'after', request)) === 'disconnected') return;
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      sendError(response, error);
    }
  }

  #getCounts(): Counts {
    return { requests: this.#requests, rowsLookedAt: this.#rowsLookedAt, maxRowsPerQuery: this.#maxRowsPerQuery };
  }

  async #suffer(due: readonly Fault[], side: 'before' | 'after', request: IncomingMessage) {
    const left = await applyFaults(due, side, request);
    if (left === undefined || left === 'disconnected') return left;
    throw toTableError(left);
  }

  async #query(
    { table = '' }: TableCall,
    request: IncomingMessage,
    pathname: string,
    query: URLSearchParams,
  ): Promise<ForwardedResponse> {
    const plan = this.#pages.plan(query);
    const forwarded = plan.kind === 'page' ? plan.query : new URLSearchParams({ $top: '1' });
    const answer = await this.#forward(request, `${pathname}?${forwarded}`);
    // Whether it is allowed at all says Azurite.
    if (answer.status !== 200) return answer;
    const headers = removeTokens(answer.headers);
    if (plan.kind === 'empty') return toPage(headers, { ...parsePage(answer.body), value: [] }, plan.token);
    const page = parsePage(answer.body);
    const token = getToken(answer.headers);
    const rows = this.#countLookedAt(table, plan.query, page.value.at(-1), token !== undefined);
    this.#rowsLookedAt += rows;
    this.#maxRowsPerQuery = Math.max(this.#maxRowsPerQuery, rows);
    return toPage(headers, page, token ?? this.#pages.findLateEnd());
  }

  /** The rows of the range of keys, from where the page begins to where it ends. */
  #countLookedAt(table: string, query: URLSearchParams, last: PageRow | undefined, hasMore: boolean): number {
    const { isInside } = parseKeyRange(query.get('$filter') ?? '');
    const first = {
      PartitionKey: decodeToken(query.get('NextPartitionKey')),
      RowKey: decodeToken(query.get('NextRowKey')),
    };
    return this.#azurite.countRows(table, (row) => {
      const isBehind = hasMore && last !== undefined && isBefore(last, row);
      return !isBefore(row, first) && !isBehind && isInside({ partitionKey: row.PartitionKey, rowKey: row.RowKey });
    });
  }
}

interface PageRow {
  readonly PartitionKey: string;
  readonly RowKey: string;
}

/** Rows stand in the order of their partitions, and of their keys in each. */
const isBefore = (a: PageRow, b: PageRow) =>
  a.PartitionKey < b.PartitionKey || (a.PartitionKey === b.PartitionKey && a.RowKey < b.RowKey);

interface QueryPage {
  readonly value: readonly PageRow[];
}

const parsePage = (body: Buffer) => JSON.parse(body.toString('utf8')) as QueryPage;

const tokenHeaders = ['x-ms-continuation-nextpartitionkey', 'x-ms-continuation-nextrowkey'] as const;

function removeTokens(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const names: readonly string[] = [...tokenHeaders, 'content-length', 'transfer-encoding'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

function getToken(headers: IncomingHttpHeaders): readonly [string, string] | undefined {
  const [partition, row] = tokenHeaders.map((name) => headers[name]?.toString() ?? '');
  return partition ? [partition, row ?? ''] : undefined;
}

/** Azurite's own tokens are keys in base64. */
const decodeToken = (text: string | null) => Buffer.from(text ?? '', 'base64').toString('utf8');

function toPage(
  headers: IncomingHttpHeaders,
  page: QueryPage,
  token: readonly [string, string] | undefined,
): ForwardedResponse {
  const tokens = token ? Object.fromEntries(tokenHeaders.map((name, index) => [name, token[index] ?? ''])) : {};
  return { status: 200, headers: { ...headers, ...tokens }, body: Buffer.from(JSON.stringify(page)) };
}

/** No request that the service takes is larger. Whatever comes after that is read and thrown away. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxTransactionBytes) chunks.push(chunk);
  }
  if (bytes > maxTransactionBytes)
    throw new TableError(413, 'RequestBodyTooLarge', `A request has ${bytes} bytes, more than ${maxTransactionBytes}.`);
  return Buffer.concat(chunks);
}

function toTableError({ body = {}, headers, status }: Extract<Fault, { do: 'fail' }>): TableError {
  const isBusy = status === 503;
  const code = String(body['code'] ?? (isBusy ? 'ServerBusy' : 'InternalError'));
  const message = String(body['message'] ?? 'The server is busy.');
  return new TableError(status, code, message, headers ?? (isBusy ? { 'retry-after': '1' } : {}));
}

const sendJson = (response: ServerResponse, value: unknown) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

function sendError(response: ServerResponse, { code, headers, message, status }: TableError): void {
  const body = { 'odata.error': { code, message: { lang: 'en-US', value: message } } };
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-ms-error-code': code, ...headers })
    .end(JSON.stringify(body));
}
