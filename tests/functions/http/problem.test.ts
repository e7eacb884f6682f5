import { expect, it } from 'vitest';
import { Problem, ProblemDetails, statusOf } from '../../../functions/http/problem.ts';

it('a problem is answered as RFC 9457 asks for', () => {
  const { body, headers, status } = new Problem('ground_moved', 'Make it anew.', ["File 'a' is gone."]).answer;
  expect(status).toBe(409);
  expect(headers).toEqual({ 'content-type': 'application/problem+json' });
  expect(ProblemDetails.parse(JSON.parse(String(body)))).toEqual({
    ...{ type: 'about:blank', status: 409, title: 'The ground has moved', code: 'ground_moved' },
    ...{ detail: 'Make it anew.', moved: ["File 'a' is gone."] },
  });
});

it('a problem that may pass says when to ask again', () => {
  expect(new Problem('away', 'Away.').answer.headers).toMatchObject({ 'retry-after': '2' });
  expect(statusOf('too_large')).toBe(413);
});
