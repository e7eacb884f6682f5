import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { applyFaults, FaultPlan } from '../shared/fault-plan.ts';
import { addressOf } from './address.ts';
import type { World } from './calls/call.ts';
import { callOf } from './calls/route.ts';
import { Blocks } from './disk/blocks.ts';
import { Disk } from './disk/disk.ts';
import { PropertyStore } from './disk/properties.ts';
import { Staging } from './disk/staging.ts';
import { eventOf } from './events/blob-change.ts';
import { Delivery } from './events/delivery.ts';
import { toError } from './faults.ts';
import { Leases } from './leases.ts';
import type { Lake, LakeOptions, Subscription } from './options.ts';
import { answer, fail } from './responses.ts';
import { isSigned } from './signature.ts';
import { Refusal, refuse } from './storage-error.ts';

/** Starts a storage account on this machine, whose files lie under `root` as they are named. */
export async function startLake(options: LakeOptions): Promise<Lake> {
  const disk = new Disk(resolve(options.root));
  const log = options.log ?? ((line: string) => keep(join(disk.own, 'lake.log'), line));
  const properties = new PropertyStore(disk.own);
  // Each subscription counts its own events.
  const createDelivery = (subscription: Subscription) =>
    new Delivery(subscription, new FaultPlan('adls', options.faults, log), log);
  const deliveries = options.subscriptions.map((subscription) => createDelivery(subscription));
  const place = { endpoint: '' };
  // Grows across restarts, since the clock does.
  let sequence = Date.now() * 1000;
  const world: World = {
    account: options.account,
    disk,
    staging: new Staging(disk.own),
    blocks: new Blocks(disk.own),
    properties,
    leases: new Leases(disk.own),
    tell(happening) {
      sequence += 1;
      const event = eventOf(happening, options.account, place.endpoint, sequence);
      for (const delivery of deliveries) delivery.offer(event);
    },
  };
  const faults = new FaultPlan('adls', options.faults, log);
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void handle(options, world, faults, request, response).catch((error: unknown) => {
      log(`${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : String(error)}`);
      fail(response, 'path', new Refusal(500, 'InternalError', 'The lake failed. Its log says why.'));
    });
  });
  await new Promise<void>((ready, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', ready);
  });
  place.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${options.account}`;
  return {
    endpoint: place.endpoint,
    async stop() {
      for (const delivery of deliveries) delivery.stop();
      await new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      });
      properties.close();
    },
  };
}

async function handle(
  { account, key }: LakeOptions,
  world: World,
  faults: FaultPlan,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  response.setHeader('x-ms-request-id', requestId);
  echo(request, response);
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://lake');
  let half: 'blob' | 'path' = query.has('resource') || query.has('action') ? 'path' : 'blob';
  try {
    if (!isSigned(request, account, key)) throw refuse('AuthenticationFailed');
    const renames = request.headers['x-ms-rename-source'] !== undefined;
    const address = addressOf(rawPathOf(request.url ?? pathname), account, renames);
    const copies = request.headers['x-ms-copy-source'] !== undefined;
    const call = callOf({ method: request.method ?? 'GET', query, path: address.path, copies, renames });
    half = call.half;
    const due = faults.next(call.name);
    const before = await applyFaults(due, 'before', request);
    if (before === 'disconnected') return;
    if (before !== undefined) throw toError(before);
    world.leases.check(call.name, address, request.headers);
    const reply = await call.perform({ headers: request.headers, query, address, body: request, requestId }, world);
    if (call.name.startsWith('Delete') || call.name === 'RenamePath') world.leases.forget(address);
    const after = await applyFaults(due, 'after', request);
    if (after === 'disconnected') return;
    if (after !== undefined) throw toError(after);
    await answer(response, reply);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    fail(response, half, error);
  }
}

/** A URL object would quietly resolve `..`, which is to be refused. */
function rawPathOf(url: string): string {
  return url.split('?', 1)[0] ?? '/';
}

/** Clients compare what comes back with what they sent. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  for (const name of ['x-ms-version', 'x-ms-client-request-id']) {
    const value = request.headers[name];
    if (typeof value === 'string') response.setHeader(name, value);
  }
  response.setHeader('date', new Date().toUTCString());
}

function keep(file: string, line: string): void {
  appendFileSync(file, `${new Date().toISOString()} ${line}\n`);
}
