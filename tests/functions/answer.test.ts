import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Paging, problem, withQuery } from '../../functions/answer.ts';
import { requestTo } from '../support/request.ts';

describe('problem', () => {
  it('is told as Problem Details', () => {
    expect(problem(404, 'No such file', 'It is not there.')).toEqual({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
      jsonBody: { type: 'about:blank', status: 404, title: 'No such file', detail: 'It is not there.' },
    });
  });
});

describe('withQuery', () => {
  const answer = withQuery(z.strictObject(Paging), async (query) => ({ jsonBody: query }));

  it('hands on the query as its schema reads it', async () => {
    expect(await answer(requestTo('files?limit=5&after=x'))).toEqual({ jsonBody: { limit: 5, after: 'x' } });
    expect(await answer(requestTo('files'))).toEqual({ jsonBody: { limit: 100 } });
  });

  it.for(['limit=0', 'limit=1001', 'limit=many', 'unknown=1'])('refuses %s', async (query) => {
    expect((await answer(requestTo(`files?${query}`))).status).toBe(400);
  });
});
