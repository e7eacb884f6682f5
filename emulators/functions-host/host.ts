import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { FaultPlan } from '../shared/fault-plan.ts';
import type { Faults } from '../shared/faults.ts';
import { Notifications } from './blobs/notifications.ts';
import { createBlobWebhook } from './blobs/webhook.ts';
import { type Clock, systemClock } from './clock.ts';
import { type ApiPlace, createClientBinding, publicPath } from './durable/client-binding.ts';
import { Engine } from './durable/engine.ts';
import { FunctionRegistry } from './durable/function-registry.ts';
import { DurableWebhooks } from './durable/webhooks.ts';
import { createEventGridWebhook } from './event-grid/webhook.ts';
import { type AppFunction, admitFunctions, type CallFunction } from './functions.ts';
import type { HttpRequest, HttpResponse } from './http/exchange.ts';
import { HttpServer } from './http/http-server.ts';
import { findKey } from './http/http-trigger.ts';
import { lockStore } from './lock.ts';
import type { Log } from './log.ts';
import type { Host, HostOptions } from './options.ts';
import { type HostJson, parseSpan, readHostJson } from './settings.ts';
import { Store } from './store.ts';
import { Timers } from './timers/timers.ts';
import { App } from './worker/app.ts';

export type { Host, HostOptions } from './options.ts';

/** Something that was opened and has to be closed again, last opened first. */
type Closing = () => void | Promise<void>;

interface HostContext {
  readonly options: HostOptions;
  readonly hostJson: HostJson;
  readonly store: Store;
  readonly server: HttpServer;
  readonly app: App;
  readonly faults: FaultPlan;
  readonly clock: Clock;
  readonly log: Log;
  readonly address: string;
}

const defaultTimeout = '00:30:00';
const defaultHangSeconds = 30;
const defaultLosses = 5;
const drainMs = 1000;

/** Runs a Functions app on this machine, with everything it needs from Azure Functions and Durable Functions. */
export async function startHost(options: HostOptions): Promise<Host> {
  const closings: Closing[] = [];
  const stop = async (): Promise<void> => {
    for (let close = closings.pop(); close; close = closings.pop()) await close();
  };
  try {
    return { address: await openHost(options, closings), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openHost(options: HostOptions, closings: Closing[]): Promise<string> {
  const { log = () => {}, clock = systemClock } = options;
  const hostJson = readHostJson(options.appDirectory, options.settings);
  closings.push(lockStore(options.storeFile));
  const store = new Store(options.storeFile);
  closings.push(() => store.close());
  const faults = new FaultPlan('functions-host', options.faults, (line) => log('information', line));
  const server = new HttpServer(log);
  closings.push(() => server.close());
  const address = await server.listen(options.port);
  const app = createApp(options, hostJson, { faults, log, address });
  closings.push(() => app.stop());
  const functions = admitFunctions(await app.start(), options.settings);
  for (const { name } of functions.filter(({ hasRetryPolicy }) => hasRetryPolicy)) {
    log(
      'warning',
      `Function '${name}' has a retry policy, which the local host does not act upon; a failed run is not repeated.`,
    );
  }
  startListeners({ options, hostJson, store, server, app, faults, clock, log, address }, functions, closings);
  return address;
}

function createApp(
  options: HostOptions,
  hostJson: HostJson,
  { faults, log, address }: Pick<HostContext, 'faults' | 'log' | 'address'>,
): App {
  const { appDirectory, settings, watchdog, execArgv } = options;
  const env = {
    ...process.env,
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    WEBSITE_HOSTNAME: new URL(address).host,
    ...settings,
  };
  const timeout = hostJson.functionTimeout ?? defaultTimeout;
  return new App({
    appDirectory,
    env,
    execArgv,
    log,
    faults,
    writeFaults: selectWriteFaults(options.faults),
    hangSeconds: watchdog?.hangSeconds ?? defaultHangSeconds,
    functionTimeoutSeconds:
      watchdog?.functionTimeoutSeconds ?? (timeout === '-1' ? Number.POSITIVE_INFINITY : parseSpan(timeout)),
  });
}

function selectWriteFaults({ faults, ...rest }: Faults = { faults: [] }): Faults {
  return { ...rest, faults: faults.filter(({ at }) => at.call === 'write') };
}

function startListeners(context: HostContext, functions: readonly AppFunction[], closings: Closing[]): void {
  const { app, clock, hostJson, log, options, server, store } = context;
  const apiPlace = createApiPlace(context);
  const call = createCall(app, createClientBinding(apiPlace));
  const engine = createEngine(context, functions, call);
  const notifications = createNotifications(context, functions, call);
  const timers = new Timers({ functions, store, clock, log, call });
  const durable = new DurableWebhooks(engine, apiPlace);
  server.serve({
    functions,
    call,
    hostKey: options.hostKey,
    routePrefix: hostJson.extensions?.http?.routePrefix ?? 'api',
    streams: () => app.streams,
    webhooks: {
      [apiPlace.privatePath]: (request, rest) => durable.handle(request, rest),
      [publicPath]: (request, rest) => checkKey(options.hostKey, request, () => durable.handle(request, rest)),
      '/admin/functions/': (request, rest) =>
        checkKey(options.hostKey, request, async () => runTimer(timers, request, rest)),
      '/runtime/webhooks/blobs': createBlobWebhook({ functions, key: options.blobsKey, log, notifications }),
      '/runtime/webhooks/EventGrid': createEventGridWebhook({ functions, key: options.blobsKey, log, call }),
    },
  });
  const listeners = [engine, notifications, timers];
  closings.push(() => stopListeners(listeners, app));
  for (const listener of listeners) listener.start();
}

function createEngine(context: HostContext, functions: readonly AppFunction[], call: CallFunction): Engine {
  const { clock, faults, hostJson, log, options, store } = context;
  const durable = hostJson.extensions?.durableTask;
  return new Engine({
    store,
    call,
    clock,
    log,
    faults,
    registry: new FunctionRegistry(functions, durable?.defaultVersion ?? ''),
    isStrict: options.strict ?? true,
    maxLosses: options.watchdog?.maxLosses ?? defaultLosses,
    concurrentEpisodes: durable?.maxConcurrentOrchestratorFunctions ?? 10 * availableParallelism(),
    concurrentActivities: durable?.maxConcurrentActivityFunctions ?? 10 * availableParallelism(),
  });
}

function createNotifications(context: HostContext, functions: readonly AppFunction[], call: CallFunction) {
  const { clock, faults, hostJson, log, store } = context;
  const { blobs, queues } = hostJson.extensions ?? {};
  return new Notifications({
    functions,
    store,
    clock,
    log,
    faults,
    call,
    parallelism: blobs?.maxDegreeOfParallelism ?? 8 * availableParallelism(),
    maxTries: queues?.maxDequeueCount ?? 5,
  });
}

/** Lets short work end; what lasts longer goes back and is run again by the next host. */
async function stopListeners(listeners: readonly { stop(): Promise<void> }[], app: App): Promise<void> {
  const stopped = Promise.all(listeners.map((listener) => listener.stop()));
  await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, drainMs).unref())]);
  await app.stop();
  await stopped;
}

function createApiPlace({ options, hostJson, address }: HostContext): ApiPlace {
  const hubName = hostJson.extensions?.durableTask?.hubName ?? 'TestHubName';
  return { address, hubName, key: options.hostKey ?? 'local', privatePath: `/durabletask-${randomUUID()}/` };
}

/** Every call hands over a client to the functions that registered one. */
function createCall(app: App, client: string): CallFunction {
  return (target, inputs, further) => {
    const clients = Object.entries(target.bindings).filter(([, { type }]) => type === 'durableClient');
    const extra = Object.fromEntries(clients.map(([name]) => [name, { string: client }]));
    return app.call(target.id, { inputs: { ...inputs, ...extra }, ...further });
  };
}

/** As in Azure: `POST /admin/functions/<timer>` runs it out of turn, and the caller does not wait for it. */
function runTimer(timers: Timers, { method }: HttpRequest, name: string): HttpResponse {
  return { status: method === 'POST' && timers.runNow(name) ? 202 : 404 };
}

async function checkKey(
  hostKey: string | undefined,
  request: HttpRequest,
  answer: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  return hostKey !== undefined && findKey(request) !== hostKey ? { status: 401 } : answer();
}
