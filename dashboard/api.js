/** A response that says no, with the reason in a sentence. */
export class ApiProblem extends Error {
  constructor(details) {
    super([details.detail ?? details.title, ...(details.changedInputs ?? [])].join(' '));
    this.status = details.status;
  }
}

const signIn = '/.auth/login/aad?post_login_redirect_uri=/';

/** What the page says of a request that failed, and the link that helps. */
export function describeFailure(error) {
  if (error.status === 401) return { text: 'You are not signed in.', link: { text: 'Sign in', address: signIn } };
  if (error instanceof ApiProblem) return { text: error.message };
  return { text: 'The operator does not answer; this page shows its last answer.' };
}

async function read(response) {
  const body = response.headers.get('content-type')?.includes('json') ? await response.json() : {};
  if (!response.ok) throw new ApiProblem({ title: `The operator answered ${response.status}.`, status: response.status, ...body });
  return body;
}

/** Whoever has too many requests under way, as with many tabs, is told when to ask again. */
async function ask(path, init) {
  for (;;) {
    const response = await fetch(`/api/${path}`, init);
    if (response.status !== 429) return read(response);
    const seconds = Number(response.headers.get('retry-after')) || 2;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

/** Reads; empty parameters are left out. The browser sends the ETag that it has, so an unchanged answer is small. */
export async function get(path, query = {}) {
  const parameters = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(parameters).toString();
  return ask(`${path}${search && `?${search}`}`, { headers: { accept: 'application/json' } });
}

/** Changes something, once: the key tells a request that the network has repeated. */
export async function post(path, body) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  return ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
}
