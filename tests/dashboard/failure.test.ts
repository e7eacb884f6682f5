import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem, describeFailure, post } from '../../dashboard/api.js';

describe('a request of the page that failed', () => {
  it('leads to the sign-in, and back, where nobody is signed in', () => {
    expect(describeFailure(new ApiProblem({ status: 401, title: 'The operator answered 401.' }))).toEqual({
      text: 'You are not signed in.',
      link: { text: 'Sign in', address: '/.auth/login/aad?post_login_redirect_uri=/' },
    });
  });

  it('says what the operator says', () => {
    expect(describeFailure(new ApiProblem({ status: 403, title: 'No.', detail: 'This needs a role.' }))).toEqual({
      text: 'This needs a role.',
    });
  });

  it('says that nobody answers', () => {
    expect(describeFailure(new TypeError('Failed to fetch')).text).toContain('does not answer');
  });
});

describe('a request of the page that comes while too many are under way', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('is sent again, with the same key, after the seconds that the operator says', async () => {
    vi.useFakeTimers();
    const busy = new Response(null, { status: 429, headers: { 'retry-after': '2' } });
    const fetch = vi
      .fn()
      .mockResolvedValueOnce(busy)
      .mockResolvedValueOnce(Response.json({ entry: 'e' }));
    vi.stubGlobal('fetch', fetch);
    const answer = post('pipeline/pause', { reason: 'Maintenance.' });
    await vi.advanceTimersByTimeAsync(1900);
    expect(fetch).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(await answer).toEqual({ entry: 'e' });
    expect(fetch.mock.calls[1]).toEqual(fetch.mock.calls[0]);
  });
});
