import type { Answer, Ports, Request, Service } from '../../../../cli/deployment/ports.ts';
import { createAccountRoutes } from './account.ts';
import { createAzureRoutes } from './azure.ts';
import { createDatabricksRoutes } from './databricks.ts';
import { createDeliveryRoutes } from './delivery.ts';
import { createGraphRoutes } from './graph.ts';
import { createPrograms } from './programs.ts';
import { missing, ok, type Routes } from './routes.ts';
import { createState, type State } from './state.ts';

/** The process is gone, at this moment. */
export class KilledError extends Error {}

/** Questions that are sent as a POST. */
const isQuestion = ({ method, path }: Request) =>
  method === 'GET' || /\/whatIf\?|\/list\?|\/checkNameAvailability\?/.test(path);

interface Faults {
  /** The process is killed at this write, counted from one. */
  killAt?: number;
  when?: 'before' | 'after';
  /** Requests that whoever is signed in may not send. */
  forbidden?: RegExp;
}

/**
 * Azure, the directory, Databricks and Azure DevOps in memory, empty at first. They answer in the shapes of their
 * documentation, refuse what the services refuse, and take their time where those do.
 */
export class MemoryCloud implements Ports {
  readonly account = { subscription: 'sub', tenant: 'tenant', user: 'ann@example.com' };
  readonly state: State = createState();
  readonly lines: string[] = [];
  readonly written: string[] = [];
  readonly requests: Request[] = [];
  seconds = 0;
  today = new Date('2026-11-15T12:00:00Z');
  faults: Faults = {};
  readonly programs = createPrograms(this.state, (what, perform) => this.write(what, perform));

  readonly #routes: Readonly<Record<Service, Routes>> = {
    azure: createAzureRoutes(this.state),
    graph: createGraphRoutes(this.state),
    databricks: createDatabricksRoutes(this.state),
    account: createAccountRoutes(this.state),
    'azure-devops': createDeliveryRoutes(this.state),
    github: createDeliveryRoutes(this.state),
    app: createAppRoutes(this.state),
  };

  async send(request: Request): Promise<Answer> {
    this.requests.push(request);
    const text = `${request.service} ${request.method} ${request.path}`;
    if (this.faults.forbidden?.test(text)) return { status: 403, body: { error: { code: 'AuthorizationFailed' } } };
    const perform = async () => this.#answer(request);
    return isQuestion(request) ? perform() : this.write(text, perform);
  }

  async write<Result>(what: string, perform: () => Promise<Result>): Promise<Result> {
    const isKilled = this.written.length + 1 === this.faults.killAt;
    if (isKilled && this.faults.when === 'before') throw new KilledError(what);
    const result = await perform();
    this.written.push(what);
    if (isKilled) throw new KilledError(what);
    return result;
  }

  async #answer(request: Request): Promise<Answer> {
    const [path = ''] = request.path.split('?');
    for (const [pattern, handle] of Object.entries(this.#routes[request.service])) {
      const [methods = '', place = ''] = pattern.split(' ');
      const match = new RegExp(`^${place}$`).exec(path);
      if (match && methods.split('|').includes(request.method)) return handle(match.groups ?? {}, request);
    }
    throw new Error(`Nothing answers '${request.service} ${request.method} ${request.path}'.`);
  }

  async wait(seconds: number): Promise<void> {
    this.seconds += seconds;
  }

  now(): Date {
    return this.today;
  }

  log(line: string): void {
    this.lines.push(line);
  }
}

const createAppRoutes = (state: State): Routes => ({
  'GET /api/health': () => (state.app.isHealthy && state.app.package !== undefined ? ok({ healthy: true }) : missing()),
  'GET /api/status': (_, { headers, isAnonymous }) => {
    if (!state.app.isHealthy) return missing();
    const isForged = headers?.['x-ms-client-principal'] !== undefined;
    const isStopped = isAnonymous && state.app.signIn !== 'off' && !(isForged && state.app.signIn === 'forgeable');
    return isStopped ? ok({}, 401) : ok(state.app.status);
  },
});
