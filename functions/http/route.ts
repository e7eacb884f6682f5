import type { InvocationContext } from '@azure/functions';
import { z } from 'zod';
import type { World } from '../../medallion/ports/world.ts';
import type { Caller, Role } from './caller.ts';
import type { Problem, ProblemCode } from './problem.ts';

/** The durable engine as routes use it. Its management addresses, which hold a key, stay behind this. */
export interface Engine {
  wake(): Promise<void>;
  /** Starts what looks after the streams, wherever one is wanted. */
  wakeStreams(): Promise<void>;
  pipelineStatus(): Promise<string>;
}

/** What a route may touch while it answers. */
export interface Room {
  readonly world: World;
  readonly engine: Engine;
  readonly now: () => Date;
  readonly log: Pick<InvocationContext, 'info' | 'warn' | 'error'>;
}

type Shape = z.ZodObject;

export interface Asked<Params extends Shape, Query extends Shape, Body extends z.ZodType> {
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
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `nobody` is asked who they are at the health check alone. */
  readonly role: Role | 'nobody';
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly status: 200 | 201 | 202;
  readonly answer: Answer;
  readonly problems: readonly ProblemCode[];
  readonly perform: (
    room: Room,
    asked: Asked<Params, Query, Body>,
  ) => Promise<z.input<Answer> | Problem> | z.input<Answer> | Problem;
}

const none = z.strictObject({});

/** Fills in what most routes do not have. */
export function route<
  Answer extends z.ZodType,
  Params extends Shape = typeof none,
  Query extends Shape = typeof none,
  Body extends z.ZodType = z.ZodUndefined,
>(
  given: Pick<Route<Params, Query, Body, Answer>, 'name' | 'path' | 'role' | 'summary' | 'answer' | 'perform'> &
    Partial<Pick<Route<Params, Query, Body, Answer>, 'params' | 'query' | 'body' | 'status' | 'problems' | 'method'>>,
): Route {
  const filled = {
    method: given.body ? 'POST' : 'GET',
    params: none,
    query: none,
    body: z.undefined(),
    status: 200,
    problems: [],
    ...given,
  };
  // Each route is sound by itself; in a table they only share that they are routes.
  return filled as unknown as Route;
}

/** The query of every list: how many at most, and where the last page ended. */
export const Paging = {
  limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
  after: z.string().min(1).max(4000).optional(),
};

/** Every act says why. It is written into the log of acts, where anybody may read it. */
export const Why = z
  .string()
  .min(3)
  .max(500)
  .refine((text) => !/\p{Cc}/u.test(text), 'no control characters');
