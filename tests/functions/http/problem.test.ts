import { describe, expect, it } from 'vitest';
import {
  getProblemStatus,
  Problem,
  type ProblemCode,
  ProblemDetails,
  problemCodes,
  toProblem,
} from '../../../functions/http/problem.ts';
import type { RejectionCode } from '../../../operations/rejected.ts';

/** Codes and statuses are part of the API; the compiler checks that none is missing here. */
const problems: Readonly<Record<ProblemCode, readonly [number, string]>> = {
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
};

/** What operations may answer, with the status that a caller gets. */
const rejections: Readonly<Record<RejectionCode, number>> = {
  conflict: 409,
  empty_selection: 422,
  not_found: 404,
  plan_expired: 410,
  plan_outdated: 409,
  query_failed: 502,
  selection_too_large: 422,
  unknown_dataset: 422,
};

describe('a problem', () => {
  it.for(Object.entries(problems))('%s has its status and title', ([code, [status, title]]) => {
    const problem = new Problem(code as ProblemCode, 'So it is.');
    expect(problem.details).toEqual({ type: 'about:blank', status, title, detail: 'So it is.', code });
    expect(getProblemStatus(code as ProblemCode)).toBe(status);
  });

  it('has one of these codes', () => {
    expect([...problemCodes].sort()).toEqual(Object.keys(problems).sort());
  });

  it('is sent as RFC 9457 asks for', () => {
    const problem = new Problem('plan_outdated', 'Create a new plan.', ["File 'a' is gone."]);
    const { body, headers, status } = problem.response;
    expect(status).toBe(409);
    expect(headers).toEqual({ 'content-type': 'application/problem+json' });
    expect(ProblemDetails.parse(JSON.parse(String(body)))).toEqual({
      type: 'about:blank',
      status: 409,
      title: 'The plan is out of date',
      code: 'plan_outdated',
      detail: 'Create a new plan.',
      changedInputs: ["File 'a' is gone."],
    });
  });

  it.for(['unavailable', 'request_in_progress', 'too_many_requests'] as const)(
    '%s may pass, and says when to ask again',
    (code) => {
      expect(new Problem(code, 'Not now.').response.headers).toMatchObject({ 'retry-after': '2' });
    },
  );
});

it.for(Object.entries(rejections))('an operation that rejects with %s is answered with %i', ([code, status]) => {
  const rejected = {
    kind: 'rejected',
    code: code as RejectionCode,
    reason: 'No.',
    changedInputs: ['It moved.'],
  } as const;
  expect(toProblem(rejected).details).toMatchObject({ status, code, detail: 'No.', changedInputs: ['It moved.'] });
});
