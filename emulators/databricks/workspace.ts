import { appendFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { certificateOf } from './certificate.ts';
import { Engine } from './engine/engine.ts';
import { type Answer, type Call, closeDoor, json, openFrontDoor } from './https-server.ts';
import { readJobs } from './jobs/bundle.ts';
import { Dispatcher } from './jobs/dispatcher.ts';
import { Refusal } from './jobs/request.ts';
import { jobsRoutes } from './jobs/routes.ts';
import type { PerformAttempt } from './jobs/run-execution.ts';
import { Ledger } from './jobs/run-store.ts';
import { performWheelTask } from './jobs/wheel-task.ts';
import type { Workspace, WorkspaceOptions } from './options.ts';
import { Warehouse } from './warehouse/calls.ts';
import { answerWith } from './warehouse/thrift.ts';

const JOBS = '/api/2.2/jobs/';
const WAREHOUSES = '/sql/1.0/warehouses/';
// The driver repeats only some calls on a 503, so a restart of Spark is waited for rather than told.
const PATIENCE = { seconds: 30 };

/** Starts a workspace on this machine; it listens at once, and is ready when Spark is warm. */
export async function startWorkspace(given: WorkspaceOptions): Promise<Workspace> {
  const options = { ...given, home: resolve(given.home), wheel: resolve(given.wheel), jars: resolve(given.jars) };
  mkdirSync(options.home, { recursive: true });
  const log = options.log ?? ((line: string) => keep(join(options.home, 'workspace.log'), line));
  const jobs = readJobs(options);
  const engine = new Engine(options, log);
  const certificate = await certificateOf(options.home);
  const ledger = new Ledger(join(options.home, 'runs.sqlite'));
  const world = { engine, ledger, home: options.home, wheel: options.wheel };
  const perform: PerformAttempt = (attempt, task, stop) => performWheelTask(world, attempt, task, stop);
  const dispatcher = new Dispatcher({ ledger, perform, log }, jobs);
  const { tokens, faults, port: wanted } = options;
  const warehouse = new Warehouse(engine);
  const place = { url: '' };
  const answer = (call: Call) =>
    answerCall(call, { jobs, ledger, dispatcher, home: options.home, place, warehouse, engine });
  // As in a workspace, runs can be asked for before their driver is there; what was lost is told from the first call.
  dispatcher.recover();
  const { port, server } = await openFrontDoor({ port: wanted, certificate, tokens, faults, answer, log });
  place.url = `https://localhost:${port}`;
  await engine.start().catch(async (error: unknown) => {
    await closeDoor(server);
    await engine.stop();
    throw error;
  });
  if (options.warmUp === true) void warmUp(engine, log);
  return {
    url: place.url,
    certificateFile: certificate.file,
    async stop() {
      await closeDoor(server);
      const ended = dispatcher.stop();
      await engine.stop();
      await ended;
      ledger.close();
    },
  };
}

type Answering = Omit<Parameters<typeof jobsRoutes>[0], 'url'> & {
  place: { url: string };
  warehouse: Warehouse;
  engine: Engine;
};

async function answerCall(call: Call, { place, warehouse, engine, ...world }: Answering): Promise<Answer> {
  if (call.path.startsWith(WAREHOUSES) && call.method === 'POST') {
    await engine.available(PATIENCE);
    const body = await answerWith(warehouse.callsOf(call.principal))(call.body);
    return { status: 200, type: 'application/x-thrift', body };
  }
  const route = call.path.startsWith(JOBS)
    ? jobsRoutes({ ...world, url: place.url })[`${call.method} ${call.path.slice(JOBS.length)}`]
    : undefined;
  if (route === undefined) {
    throw new Refusal(404, 'ENDPOINT_NOT_FOUND', `No API found for '${call.method} ${call.path}'.`);
  }
  return json(200, await route(call.method === 'GET' ? call.query : parsed(call.body), call.principal));
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal(400, 'MALFORMED_REQUEST', 'The request body is not JSON. Send a JSON object.');
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

function keep(file: string, line: string): void {
  appendFileSync(file, `${new Date().toISOString()} ${line}\n`);
}
