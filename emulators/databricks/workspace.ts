import { appendFileSync, mkdirSync } from 'node:fs';
import type { Server } from 'node:https';
import { join, resolve } from 'node:path';
import { FaultPlan } from '../shared/fault-plan.ts';
import { openCertificate } from './certificate.ts';
import { Engine } from './engine/engine.ts';
import {
  type ApiRequest,
  type ApiResponse,
  closeServer,
  createJsonResponse,
  startHttpsServer,
} from './https-server.ts';
import { readJobs } from './jobs/bundle.ts';
import { readVolumes } from './jobs/bundle-volumes.ts';
import type { JobDefinition } from './jobs/definition.ts';
import { Dispatcher } from './jobs/dispatcher.ts';
import { DatabricksApiError } from './jobs/request.ts';
import { createJobRoutes, type JobContext } from './jobs/routes.ts';
import type { ExecuteAttempt } from './jobs/run-execution.ts';
import { RunStore } from './jobs/run-store.ts';
import { executeWheelTask } from './jobs/wheel-task.ts';
import type { Workspace, WorkspaceOptions } from './options.ts';
import { Warehouse } from './warehouse/calls.ts';
import { createProcessor } from './warehouse/thrift.ts';

const jobsPath = '/api/2.2/jobs/';
const historyPath = '/api/2.0/sql/history/queries';
const warehousesPath = '/sql/1.0/warehouses/';
// The driver repeats only some calls on a 503, so a restart of Spark is waited for, not answered with one.
const patience = { seconds: 30 };

/** Starts a workspace on this machine; it listens at once, and is ready when Spark is warm. */
export async function startWorkspace(workspaceOptions: WorkspaceOptions): Promise<Workspace> {
  const options = resolvePaths(workspaceOptions);
  mkdirSync(options.home, { recursive: true });
  const log = options.log ?? ((line: string) => appendLine(join(options.home, 'workspace.log'), line));
  const faults = new FaultPlan('databricks', options.faults, log);
  const jobs = readJobs(options);
  const engine = new Engine(options, log);
  const certificate = await openCertificate(options.home);
  const store = new RunStore(join(options.home, 'runs.sqlite'));
  const dispatcher = createDispatcher(options, jobs, { engine, store, log });
  const context: WorkspaceContext = {
    jobs,
    store,
    dispatcher,
    home: options.home,
    address: { url: '' },
    warehouse: new Warehouse(engine, faults),
    engine,
  };
  // As in a workspace, runs can be asked for before their driver is there; what was lost is shown from the first call.
  dispatcher.recover();
  const handle = (request: ApiRequest) => handleCall(request, context);
  const { tokens } = options;
  const { port, server } = await startHttpsServer({ port: options.port, certificate, tokens, faults, handle, log });
  context.address.url = `https://localhost:${port}`;
  await engine.start().catch(async (error: unknown) => {
    await closeServer(server);
    await engine.stop();
    throw error;
  });
  if (options.warmUp === true) void warmUp(engine, log);
  const stop = () => stopWorkspace(server, context);
  return { url: context.address.url, certificateFile: certificate.file, stop };
}

function resolvePaths(options: WorkspaceOptions): WorkspaceOptions {
  const { home, jars, volumes = {}, wheel } = options;
  return {
    ...options,
    home: resolve(home),
    wheel: resolve(wheel),
    jars: resolve(jars),
    volumes: Object.fromEntries(Object.entries(volumes).map(([name, folder]) => [name, resolve(folder)])),
  };
}

function createDispatcher(
  options: WorkspaceOptions,
  jobs: JobDefinition[],
  { engine, store, log }: { engine: Engine; store: RunStore; log: (line: string) => void },
): Dispatcher {
  const { groups = {}, home, strict = false, wheel } = options;
  const context = { engine, store, home, wheel, strict, groups, volumes: readVolumes(options) };
  const execute: ExecuteAttempt = (attempt, task, stop) => executeWheelTask(context, attempt, task, stop);
  return new Dispatcher({ store, execute, log }, jobs);
}

async function stopWorkspace(server: Server, { dispatcher, engine, store }: WorkspaceContext): Promise<void> {
  await closeServer(server);
  const ended = dispatcher.stop();
  await engine.stop();
  await ended;
  store.close();
}

type WorkspaceContext = Omit<JobContext, 'url'> & {
  address: { url: string };
  warehouse: Warehouse;
  engine: Engine;
};

async function handleCall(
  call: ApiRequest,
  { address, warehouse, engine, ...context }: WorkspaceContext,
): Promise<ApiResponse> {
  if (call.path.startsWith(warehousesPath) && call.method === 'POST') {
    await engine.waitUntilAvailable(patience);
    const body = await createProcessor(warehouse.createCalls(call.principal))(call.body);
    return { status: 200, type: 'application/x-thrift', body };
  }
  if (call.path === historyPath && call.method === 'GET')
    return createJsonResponse(200, warehouse.history.list(call.query, call.principal));
  const route = call.path.startsWith(jobsPath)
    ? createJobRoutes({ ...context, url: address.url })[`${call.method} ${call.path.slice(jobsPath.length)}`]
    : undefined;
  if (route === undefined) {
    throw new DatabricksApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${call.method} ${call.path}'.`);
  }
  return createJsonResponse(
    200,
    await route(call.method === 'GET' ? call.query : parseBody(call.body), call.principal),
  );
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new DatabricksApiError(400, 'MALFORMED_REQUEST', 'The request body is not JSON. Send a JSON object.');
  }
}

async function warmUp(engine: Engine, log: (line: string) => void): Promise<void> {
  const began = Date.now();
  try {
    const { head } = await engine.call('/warm-up', {}, { seconds: 60 });
    log(head.error ? `Warm-up failed: ${head.error.message}` : `Warm-up took ${Date.now() - began} ms.`);
  } catch (error) {
    log(`Warm-up was cut short: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function appendLine(file: string, line: string): void {
  appendFileSync(file, `${new Date().toISOString()} ${line}\n`);
}
