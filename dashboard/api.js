/** An answer that says no, with the sentence that tells why. */
export class ApiProblem extends Error {
  constructor(details) {
    super([details.detail ?? details.title, ...(details.moved ?? [])].join(' '));
    this.status = details.status;
  }
}

async function read(response) {
  const body = response.headers.get('content-type')?.includes('json') ? await response.json() : {};
  if (!response.ok) throw new ApiProblem({ title: `The operator answered ${response.status}.`, status: response.status, ...body });
  return body;
}

/** Asks; parameters that are empty are left out. The browser sends along which answer it has already. */
export async function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given).toString();
  return read(await fetch(`/api/${path}${search && `?${search}`}`, { headers: { accept: 'application/json' } }));
}

/** Acts, once: should the network repeat the request, the key tells. */
export async function post(path, body) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  return read(await fetch(`/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
}
