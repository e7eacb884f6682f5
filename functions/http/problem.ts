import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';

/** Problem Details, RFC 9457. `code` is stable; the sentences may change. */
export const ProblemDetails = z.object({
  type: z.string(),
  status: z.int(),
  title: z.string(),
  detail: z.string(),
  code: z.string(),
  /** What moved under a plan, one sentence each. */
  moved: z.array(z.string()).optional(),
});
export type ProblemDetails = z.infer<typeof ProblemDetails>;

const titles = {
  malformed: [400, 'Request not understood'],
  unauthenticated: [401, 'Nobody vouches for the caller'],
  forbidden: [403, 'The caller lacks the role'],
  foreign_origin: [403, 'Asked from another site'],
  not_found: [404, 'No such thing'],
  conflict: [409, 'Not in this state'],
  in_progress: [409, 'The same request is being answered'],
  ground_moved: [409, 'The ground has moved'],
  expired: [410, 'The plan has expired'],
  too_large: [413, 'Too large'],
  not_json: [415, 'Not JSON'],
  too_many: [422, 'Selects too much'],
  nothing: [422, 'Selects nothing'],
  key_reused: [422, 'Key used for another request'],
  failed: [500, 'The operator failed'],
  away: [503, 'A service is away'],
} as const;
export type ProblemCode = keyof typeof titles;

/** An answer that says no. Returned by a route, and by the border before it asks the route. */
export class Problem {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly moved: readonly string[] | undefined;

  constructor(code: ProblemCode, detail: string, moved?: readonly string[]) {
    this.code = code;
    this.detail = detail;
    this.moved = moved;
  }

  get status(): number {
    return titles[this.code][0];
  }

  get details(): ProblemDetails {
    const { code, detail, moved, status } = this;
    const title = titles[code][1];
    return { type: 'about:blank', status, title, detail, code, ...(moved ? { moved: [...moved] } : {}) };
  }

  get answer(): HttpResponseInit {
    const headers = { 'content-type': 'application/problem+json' };
    const retry = this.status === 503 || this.code === 'in_progress' ? { 'retry-after': '2' } : {};
    return { status: this.status, body: JSON.stringify(this.details), headers: { ...headers, ...retry } };
  }
}

export const statusOf = (code: ProblemCode): number => titles[code][0];
