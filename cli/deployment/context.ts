import type { z } from 'zod';
import { type Environment, getSuffix } from '../../environments/environment.ts';
import { UserError } from '../user-error.ts';
import type { Answer, Method, Ports, Request, Service } from './ports.ts';

/** What another step makes is not there yet. A plan says so, and goes on. */
export class NotYetError extends UserError {}

/** Whoever is signed in may not do this, or cannot reach it from here. */
export class MissingRightError extends UserError {}

/** What a step needs to know. Everything that Azure decides is asked of the services each time. */
export interface Context {
  readonly environment: Environment;
  readonly deployment: NonNullable<Environment['deployment']>;
  readonly ports: Ports;
  readonly release: string;
  readonly patienceMinutes: number;
  /** A rollback leaves undone what would lose data, and tells it. */
  readonly isRollback: boolean;
  readonly suffix: string;
  readonly group: string;
  readonly groupId: string;
  readonly subscriptionId: string;
  /** Id of the Databricks account, which no service tells. */
  readonly databricksAccount?: string | undefined;
}

type Options = Pick<Context, 'release' | 'patienceMinutes' | 'isRollback' | 'databricksAccount'>;

export function createContext(environment: Environment, ports: Ports, options: Options): Context {
  const { deployment } = environment;
  if (!deployment) throw new UserError(`'${environment.name}' runs on one machine, so there is nothing to deploy.`);
  const suffix = getSuffix(environment);
  const subscriptionId = `/subscriptions/${ports.account.subscription}`;
  const group = `rg-${suffix}`;
  const groupId = `${subscriptionId}/resourceGroups/${group}`;
  return { ...options, environment, deployment, ports, suffix, group, groupId, subscriptionId };
}

/** The answer as it was described, or nothing if the service knows no such thing. */
export async function find<Schema extends z.ZodType>(
  { ports }: Pick<Context, 'ports'>,
  request: Omit<Request, 'method'>,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const answer = await ports.send({ ...request, method: 'GET' });
  if (isMissing(answer)) return undefined;
  requireSuccess(answer, { ...request, method: 'GET' });
  return readAnswer(schema, answer, request);
}

/** Changes something, and reads what the service says of it. */
export async function change<Schema extends z.ZodType>(
  { ports }: Pick<Context, 'ports'>,
  request: Request,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const answer = await ports.send(request);
  requireSuccess(answer, request);
  return readAnswer(schema, answer, request);
}

/** Changes something whose answer says nothing new. */
export async function tell(context: Pick<Context, 'ports'>, request: Request): Promise<void> {
  requireSuccess(await context.ports.send(request), request);
}

/** Unity Catalog and Databricks jobs say in the text that something is not there, with other codes than 404. */
const missingCodes = /NotFound|DOES_NOT_EXIST|does not exist|doesn't exist|ResourceDoesNotExist/;

export const isMissing = ({ body, status }: Answer): boolean =>
  status === 404 || (status === 400 && missingCodes.test(JSON.stringify(body)));

const maxTextLength = 500;

function requireSuccess(
  { body, status }: Answer,
  { method, path, service }: Pick<Request, 'method' | 'path' | 'service'>,
) {
  if (status < 300) return;
  const text = JSON.stringify(body).slice(0, maxTextLength);
  const message = `'${service}' answered ${status} to '${method} ${path}': ${text}`;
  // 599 stands for a server that cannot be reached from here.
  if ([401, 403, 599].includes(status)) throw new MissingRightError(message);
  throw new UserError(message);
}

function readAnswer<Schema extends z.ZodType>(
  schema: Schema,
  { body }: Answer,
  { path, service }: { readonly service: Service; readonly path: string; readonly method?: Method },
): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new UserError(`'${service}' answered '${path}' in an unknown shape: ${parsed.error.message}`);
}
