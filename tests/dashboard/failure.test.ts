import { describe, expect, it } from 'vitest';
import { ApiProblem, describeFailure } from '../../dashboard/api.js';

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
