/** A response that says no, with the reason in a sentence. */
export class ApiProblem extends Error {
  constructor(details) {
    super([details.detail ?? details.title, ...(details.changedInputs ?? [])].join(' '));
    this.status = details.status;
  }
}

async function read(response) {
  const body = response.headers.get('content-type')?.includes('json') ? await response.json() : {};
  if (!response.ok) throw new ApiProblem({ title: `The operator answered ${response.status}.`, status: response.status, ...body });
  return body;
}

/** Reads; empty parameters are left out. The browser sends the ETag that it has, so an unchanged answer is small. */
export async function get(path, query = {}) {
  const parameters = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(parameters).toString();
  return read(await fetch(`/api/${path}${search && `?${search}`}`, { headers: { accept: 'application/json' } }));
}

/** Changes something, once: the key tells a request that the network has repeated. */
export async function post(path, body) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  return read(await fetch(`/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
}
