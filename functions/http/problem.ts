import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { Rejected } from '../../operations/rejected.ts';

/** Problem Details, RFC 9457. `code` is stable; the sentences may change. */
export const ProblemDetails = z.object({
  type: z.string(),
  status: z.int(),
  title: z.string(),
  detail: z.string(),
  code: z.string(),
  /** What changed since a plan was made, one sentence each. */
  changedInputs: z.array(z.string()).optional(),
});
export type ProblemDetails = z.infer<typeof ProblemDetails>;

const titles = {
  invalid_request: [400, 'Invalid request'],
  unauthenticated: [401, 'Sign-in required'],
  forbidden: [403, 'App role missing'],
  foreign_origin: [403, 'Cross-site request rejected'],
  not_found: [404, 'Not found'],
  conflict: [409, 'Not possible in the current state'],
  request_in_progress: [409, 'The same request is in progress'],
  plan_outdated: [409, 'The plan is out of date'],
  plan_expired: [410, 'The plan has expired'],
  body_too_large: [413, 'Request body too large'],
  not_json: [415, 'Request body is not JSON'],
  selection_too_large: [422, 'Selection too large'],
  empty_selection: [422, 'Selection is empty'],
  unknown_dataset: [422, 'Unknown dataset'],
  key_reused: [422, 'Idempotency-Key was used for another request'],
  too_many_requests: [429, 'Too many requests at once'],
  internal_error: [500, 'Internal error'],
  query_failed: [502, 'The SQL warehouse rejected the query'],
  unavailable: [503, 'A dependency is unavailable'],
  timed_out: [504, 'The answer takes too long'],
} as const;
export type ProblemCode = keyof typeof titles;

export const problemCodes = Object.keys(titles) as ProblemCode[];

/** A response that says no. Returned by a route, and by the middleware before it calls the route. */
export class Problem {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly changedInputs: readonly string[] | undefined;

  constructor(code: ProblemCode, detail: string, changedInputs?: readonly string[]) {
    this.code = code;
    this.detail = detail;
    this.changedInputs = changedInputs;
  }

  get status(): number {
    return titles[this.code][0];
  }

  get details(): ProblemDetails {
    const { changedInputs, code, detail, status } = this;
    const details = { type: 'about:blank', status, title: titles[code][1], detail, code };
    return changedInputs ? { ...details, changedInputs: [...changedInputs] } : details;
  }

  get response(): HttpResponseInit {
    const headers = { 'content-type': 'application/problem+json' };
    const mayPass = [429, 503].includes(this.status) || this.code === 'request_in_progress';
    const retry = mayPass ? { 'retry-after': '2' } : {};
    return { status: this.status, body: JSON.stringify(this.details), headers: { ...headers, ...retry } };
  }
}

export const getProblemStatus = (code: ProblemCode): number => titles[code][0];

export const toProblem = ({ changedInputs, code, reason }: Rejected): Problem =>
  new Problem(code, reason, changedInputs);
