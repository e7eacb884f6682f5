import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { applyFaults, FaultPlan } from '../shared/fault-plan.ts';
import { parseAddress } from './address.ts';
import type { CallContext } from './calls/call.ts';
import { selectCall } from './calls/route.ts';
import { Copies } from './copies.ts';
import { Blocks } from './disk/blocks.ts';
import { Disk } from './disk/disk.ts';
import { PropertyStore } from './disk/properties.ts';
import { Staging } from './disk/staging.ts';
import { Publisher } from './events/publisher.ts';
import { toError } from './faults.ts';
import { Leases } from './leases.ts';
import type { Lake, LakeOptions } from './options.ts';
import { sendError, sendResponse } from './responses.ts';
import { isSigned } from './signature.ts';
import { createError, StorageError } from './storage-error.ts';

/** Starts a storage account on this machine, whose files lie under `root` as they are named. */
export async function startLake(options: LakeOptions): Promise<Lake> {
  const disk = new Disk(resolve(options.root));
  const log = options.log ?? ((line: string) => appendLine(join(disk.stateFolder, 'lake.log'), line));
  const publisher = new Publisher(options, log);
  const properties = new PropertyStore(disk.stateFolder);
  const faults = new FaultPlan('adls', options.faults, log);
  let endpoint = '';
  const context: CallContext = {
    account: options.account,
    disk,
    staging: new Staging(disk.stateFolder),
    blocks: new Blocks(disk.stateFolder),
    properties,
    leases: new Leases(disk.stateFolder),
    copies: new Copies(),
    publish: (change) => publisher.publish(change, endpoint),
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void handleRequest(options, context, faults, request, response).catch((error: unknown) => {
      log(`${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : String(error)}`);
      sendError(response, 'path', new StorageError(500, 'InternalError', 'The lake failed. Its log says why.'));
    });
  });
  endpoint = `http://127.0.0.1:${await listen(server, options.port)}/${options.account}`;
  const stop = async () => {
    publisher.stop();
    context.copies.stop();
    await closeServer(server);
    properties.close();
  };
  return { endpoint, stop };
}

/** Answers the port, which matters when any was free to take. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

async function handleRequest(
  { account, key }: LakeOptions,
  context: CallContext,
  faults: FaultPlan,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  response.setHeader('x-ms-request-id', requestId);
  copyHeaders(request, response);
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://lake');
  let endpoint: 'blob' | 'path' = query.has('resource') || query.has('action') ? 'path' : 'blob';
  try {
    if (!isSigned(request, account, key)) throw createError('AuthenticationFailed');
    const renames = request.headers['x-ms-rename-source'] !== undefined;
    const address = parseAddress(getRawPath(request.url ?? pathname), account, renames);
    const copies = request.headers['x-ms-copy-source'] !== undefined;
    const call = selectCall({ method: request.method ?? 'GET', query, path: address.path, copies, renames });
    endpoint = call.endpoint;
    const due = faults.next(call.name, getText(request));
    const before = await applyFaults(due, 'before', request);
    if (before === 'disconnected') return;
    if (before !== undefined) throw toError(before);
    context.leases.check(call.name, address, request.headers);
    const { headers } = request;
    const result = await call.execute({ headers, query, address, body: request, requestId, faults: due }, context);
    if (call.name.startsWith('Delete') || call.name === 'RenamePath') context.leases.forget(address);
    const after = await applyFaults(due, 'after', request);
    if (after === 'disconnected') return;
    if (after !== undefined) throw toError(after);
    await sendResponse(response, result);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    sendError(response, endpoint, error);
  }
}

/** What a fault may match: the address, and where a renamed file comes from. */
const getText = ({ headers, url = '' }: IncomingMessage): string => `${url} ${headers['x-ms-rename-source'] ?? ''}`;

/** A URL object would quietly resolve `..`, which is to be refused. */
function getRawPath(url: string): string {
  return url.split('?', 1)[0] ?? '/';
}

/** Clients compare what comes back with what they sent. */
function copyHeaders(request: IncomingMessage, response: ServerResponse): void {
  for (const name of ['x-ms-version', 'x-ms-client-request-id']) {
    const value = request.headers[name];
    if (typeof value === 'string') response.setHeader(name, value);
  }
  response.setHeader('date', new Date().toUTCString());
}

function appendLine(file: string, line: string): void {
  appendFileSync(file, `${new Date().toISOString()} ${line}\n`);
}
