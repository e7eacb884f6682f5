import { expect, it } from 'vitest';
import { Problem } from '../../../functions/http/problem.ts';
import { RejectionMetrics } from '../../../functions/http/rejection-metrics.ts';

it('rejections are counted by code and logged by route', () => {
  const rejections = new RejectionMetrics();
  const logged: string[] = [];
  const log = { warn: (line: string) => void logged.push(line) };
  for (const code of ['forbidden', 'forbidden', 'invalid_request'] as const)
    rejections.record({ method: 'POST', path: 'api/runs/{id}/cancel' }, new Problem(code, 'secret'), log);

  expect(rejections.counts).toEqual({ forbidden: 2, invalid_request: 1 });
  expect(JSON.parse(logged[0] ?? '')).toEqual({
    event: 'request.rejected',
    at: expect.any(String),
    status: 403,
    code: 'forbidden',
    method: 'POST',
    path: '/api/runs/{id}/cancel',
  });
  expect(logged.join(' ')).not.toContain('secret');
});
