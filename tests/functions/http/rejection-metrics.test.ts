import { expect, it } from 'vitest';
import { Problem } from '../../../functions/http/problem.ts';
import { RejectionMetrics } from '../../../functions/http/rejection-metrics.ts';

it('refusals are counted by code and told by route', () => {
  const rejections = new RejectionMetrics();
  const logged: string[] = [];
  const log = { warn: (line: string) => void logged.push(line) };
  for (const code of ['forbidden', 'forbidden', 'invalid_request'] as const)
    rejections.tell({ method: 'POST', path: 'api/runs/{id}/cancel' }, new Problem(code, 'secret'), log);

  expect(rejections.counts).toEqual({ forbidden: 2, malformed: 1 });
  expect(logged[0]).toBe("Refused 403 'forbidden' for 'POST /api/runs/{id}/cancel'.");
  expect(logged.join(' ')).not.toContain('secret');
});
