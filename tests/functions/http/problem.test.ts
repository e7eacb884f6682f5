import { expect, it } from 'vitest';
import { Problem, ProblemDetails, statusOf } from '../../../functions/http/problem.ts';

it('a problem is answered as RFC 9457 asks for', () => {
  const { body, headers, status } = new Problem('plan_outdated', 'Make it anew.', ["File 'a' is gone."]).answer;
  expect(status).toBe(409);
  expect(headers).toEqual({ 'content-type': 'application/problem+json' });
  expect(ProblemDetails.parse(JSON.parse(String(body)))).toEqual({
    ...{ type: 'about:blank', status: 409, title: 'The ground has moved', code: 'plan_outdated' },
    ...{ detail: 'Make it anew.', changedInputs: ["File 'a' is gone."] },
  });
});

it('a problem that may pass says when to ask again', () => {
  expect(new Problem('unavailable', 'Away.').answer.headers).toMatchObject({ 'retry-after': '2' });
  expect(statusOf('body_too_large')).toBe(413);
});
