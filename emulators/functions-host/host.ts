import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { FaultPlan } from '../shared/fault-plan.ts';
import { Notifications } from './blobs/notifications.ts';
import { blobWebhook } from './blobs/webhook.ts';
import { type Clock, systemClock } from './clock.ts';
import { type ApiPlace, clientBinding, publicPath } from './durable/client-binding.ts';
import { Engine } from './durable/engine.ts';
import { Registry } from './durable/function-registry.ts';
import { DurableWebhooks } from './durable/webhooks.ts';
import { type AppFunction, admit, type CallFunction } from './functions.ts';
import type { Asked, Said } from './http/exchange.ts';
import { Front } from './http/http-server.ts';
import { keyOf } from './http/http-trigger.ts';
import { lockStore } from './lock.ts';
import type { Log } from './log.ts';
import type { Host, HostOptions } from './options.ts';
import { type HostJson, readHostJson, spanSeconds } from './settings.ts';
import { Store } from './store.ts';
import { Timers } from './timers/timers.ts';
import { App } from './worker/app.ts';

export type { Host, HostOptions } from './options.ts';

/** Something that was opened and has to be closed again, last opened first. */
type Closing = () => void | Promise<void>;

interface Ground {
  readonly options: HostOptions;
  readonly hostJson: HostJson;
  readonly store: Store;
  readonly front: Front;
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
    return { address: await open(options, closings), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(options: HostOptions, closings: Closing[]): Promise<string> {
  const { log = () => {}, clock = systemClock } = options;
  const hostJson = readHostJson(options.appDirectory, options.settings);
  closings.push(lockStore(options.storeFile));
  const store = new Store(options.storeFile);
  closings.push(() => store.close());
  const faults = new FaultPlan('functions-host', options.faults, (line) => log('information', line));
  const front = new Front(log);
  closings.push(() => front.close());
  const address = await front.listen(options.port);
  const app = appOf(options, hostJson, { faults, log, address });
  closings.push(() => app.stop());
  const functions = admit(await app.start(), options.settings);
  for (const { name } of functions.filter(({ hasRetryPolicy }) => hasRetryPolicy)) {
    log(
      'warning',
      `Function '${name}' has a retry policy, which the local host does not act upon; a failed run is not repeated.`,
    );
  }
  openRooms({ options, hostJson, store, front, app, faults, clock, log, address }, functions, closings);
  return address;
}

function appOf(
  options: HostOptions,
  hostJson: HostJson,
  { faults, log, address }: Pick<Ground, 'faults' | 'log' | 'address'>,
): App {
  const { appDirectory, settings, watchdog, execArgv } = options;
  const env = {
    ...process.env,
    ...{
      FUNCTIONS_WORKER_RUNTIME: 'node',
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      WEBSITE_HOSTNAME: new URL(address).host,
    },
    ...settings,
  };
  const timeout = hostJson.functionTimeout ?? defaultTimeout;
  return new App({
    ...{ appDirectory, env, execArgv, log, faults },
    hangSeconds: watchdog?.hangSeconds ?? defaultHangSeconds,
    functionTimeoutSeconds:
      watchdog?.functionTimeoutSeconds ?? (timeout === '-1' ? Number.POSITIVE_INFINITY : spanSeconds(timeout)),
  });
}

function openRooms(ground: Ground, functions: readonly AppFunction[], closings: Closing[]): void {
  const { options, hostJson, store, front, app, faults, clock, log } = ground;
  const place = placeOf(ground);
  const call = callWith(app, clientBinding(place));
  const durable = hostJson.extensions?.durableTask;
  const engine = new Engine({
    ...{ store, call, clock, log, faults },
    registry: new Registry(functions, durable?.defaultVersion ?? ''),
    isStrict: options.strict ?? true,
    mostLosses: options.watchdog?.mostLosses ?? defaultLosses,
    concurrentTurns: durable?.maxConcurrentOrchestratorFunctions ?? 10 * availableParallelism(),
    concurrentActivities: durable?.maxConcurrentActivityFunctions ?? 10 * availableParallelism(),
  });
  const notifications = new Notifications({
    ...{ functions, store, clock, log, faults, call },
    parallelism: hostJson.extensions?.blobs?.maxDegreeOfParallelism ?? 8 * availableParallelism(),
    mostTries: hostJson.extensions?.queues?.maxDequeueCount ?? 5,
  });
  const timers = new Timers({ functions, store, clock, log, call });
  const webhooks = new DurableWebhooks(engine, place);
  front.open({
    ...{ functions, call, hostKey: options.hostKey, routePrefix: hostJson.extensions?.http?.routePrefix ?? 'api' },
    streams: () => app.streams,
    webhooks: {
      [place.privatePath]: (asked, rest) => webhooks.answer(asked, rest),
      [publicPath]: (asked, rest) => withKey(options.hostKey, asked, () => webhooks.answer(asked, rest)),
      '/admin/functions/': (asked, rest) => withKey(options.hostKey, asked, async () => runByHand(timers, asked, rest)),
      '/runtime/webhooks/blobs': blobWebhook({ functions, key: options.blobsKey, log, notifications }),
    },
  });
  const rooms = [engine, notifications, timers];
  closings.push(() => closeRooms(rooms, app));
  for (const room of rooms) room.start();
}

/** Lets short work end; what lasts longer goes back and is run again by the next host. */
async function closeRooms(rooms: readonly { stop(): Promise<void> }[], app: App): Promise<void> {
  const stopped = Promise.all(rooms.map((room) => room.stop()));
  await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, drainMs).unref())]);
  await app.stop();
  await stopped;
}

function placeOf({ options, hostJson, address }: Ground): ApiPlace {
  const hubName = hostJson.extensions?.durableTask?.hubName ?? 'TestHubName';
  return { address, hubName, key: options.hostKey ?? 'local', privatePath: `/durabletask-${randomUUID()}/` };
}

/** Every call hands over a client to the functions that registered one. */
function callWith(app: App, client: string): CallFunction {
  return (target, inputs, further) => {
    const clients = Object.entries(target.bindings).filter(([, { type }]) => type === 'durableClient');
    const extra = Object.fromEntries(clients.map(([name]) => [name, { string: client }]));
    return app.call(target.id, { inputs: { ...inputs, ...extra }, ...further });
  };
}

/** As in Azure: `POST /admin/functions/<timer>` runs it out of turn, and the caller does not wait for it. */
function runByHand(timers: Timers, { method }: Asked, name: string): Said {
  return { status: method === 'POST' && timers.runNow(name) ? 202 : 404 };
}

async function withKey(hostKey: string | undefined, asked: Asked, answer: () => Promise<Said>): Promise<Said> {
  return hostKey !== undefined && keyOf(asked) !== hostKey ? { status: 401 } : answer();
}
