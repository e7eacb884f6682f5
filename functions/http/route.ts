import type { InvocationContext } from '@azure/functions';
import { z } from 'zod';
import type { Ports } from '../../medallion/ports/index.ts';
import type { Caller, Role } from './caller.ts';
import type { Problem, ProblemCode } from './problem.ts';
import type { RequestIdentity } from './request-identity.ts';

/** The durable engine as routes use it. Its management addresses, which hold a key, stay behind this. */
export interface Engine {
  wake(): Promise<void>;
  /** Lets a pipeline that was paused end, which waits for files. */
  endPipeline(): Promise<void>;
  /** Starts what supervises the streams, wherever one is wanted. */
  wakeStreams(): Promise<void>;
  getPipelineStatus(): Promise<string>;
}

/** What a route may touch while it handles a request. */
export interface RequestContext {
  readonly ports: Ports;
  readonly engine: Engine;
  readonly now: () => Date;
  readonly identity: RequestIdentity;
  readonly log: Pick<InvocationContext, 'info' | 'warn' | 'error'>;
}

type Shape = z.ZodObject;

export interface RouteRequest<Params extends Shape, Query extends Shape, Body extends z.ZodType> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
  readonly caller: Caller;
}

/** One line of the table of routes. Validation, OpenAPI and the check of roles all come from it. */
export interface Route<
  Params extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  /** The function's name in the host, and the operation's in OpenAPI. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  /** `anonymous` needs no sign-in: the health check alone. */
  readonly role: Role | 'anonymous';
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly status: 200 | 201 | 202;
  readonly answer: Answer;
  /** Whether an answer leaves something that is still to end: its status is 202 then. */
  readonly isUnfinished?: (answer: z.input<Answer>) => boolean;
  readonly problems: readonly ProblemCode[];
  /** False where an answer may name people: then no browser and no proxy keeps it. */
  readonly mayBeStored: boolean;
  readonly handle: (
    context: RequestContext,
    request: RouteRequest<Params, Query, Body>,
  ) => Promise<z.input<Answer> | Problem> | z.input<Answer> | Problem;
}

const none = z.strictObject({});

type Required = 'name' | 'path' | 'role' | 'summary' | 'answer' | 'handle';
type Optional = 'params' | 'query' | 'body' | 'status' | 'problems' | 'method' | 'mayBeStored' | 'isUnfinished';

/** Fills in what most routes do not have. */
export function route<
  Answer extends z.ZodType,
  Params extends Shape = typeof none,
  Query extends Shape = typeof none,
  Body extends z.ZodType = z.ZodUndefined,
>(
  definition: Pick<Route<Params, Query, Body, Answer>, Required> &
    Partial<Pick<Route<Params, Query, Body, Answer>, Optional>>,
): Route {
  const complete = {
    method: definition.body ? 'POST' : 'GET',
    params: none,
    query: none,
    body: z.undefined(),
    status: 200,
    problems: [],
    mayBeStored: true,
    ...definition,
  };
  // Each route is sound by itself; in a table they only share that they are routes.
  return complete as unknown as Route;
}

/** The query of every list: how many at most, and the page token that the last page ended with. */
export const Paging = {
  limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
  after: z.string().min(1).max(4000).optional(),
};

/** Every action needs one. It is written into the audit log, where anybody may read it. */
export const Reason = z
  .string()
  .min(3)
  .max(500)
  .refine((text) => !/\p{Cc}/u.test(text), 'no control characters');
