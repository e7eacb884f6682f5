import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { UserError } from '../user-error.ts';
import type { Account, Answer, Request, Service } from './ports.ts';

const run = promisify(execFile);

/** Runs Azure CLI, which is signed in as whoever deploys. */
export async function az(...args: string[]): Promise<unknown> {
  try {
    const { stdout } = await run('az', [...args, '--output', 'json'], { maxBuffer: 2 ** 26 });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT') throw new UserError("Azure CLI is not installed. Install it, and run 'az login'.");
    throw new UserError(`'az ${args.slice(0, 3).join(' ')}' failed: ${stderr ?? message}`);
  }
}

const AccountAnswer = z.object({ id: z.string(), tenantId: z.string(), user: z.object({ name: z.string() }) });
const Token = z.object({ accessToken: z.string() });

export async function readAccount(): Promise<Account> {
  const { id, tenantId, user } = AccountAnswer.parse(await az('account', 'show'));
  return { subscription: id, tenant: tenantId, user: user.name };
}

/** Where each service answers, and for whom a token is. */
const services: Readonly<
  Record<Exclude<Service, 'github' | 'app'>, { readonly url: string; readonly audience: string }>
> = {
  azure: { url: 'https://management.azure.com', audience: 'https://management.azure.com' },
  graph: { url: 'https://graph.microsoft.com', audience: 'https://graph.microsoft.com' },
  databricks: { url: '', audience: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d' },
  account: { url: 'https://accounts.azuredatabricks.net', audience: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d' },
  'azure-devops': { url: 'https://dev.azure.com', audience: '499b84ac-1321-427f-aa17-267ca6975798' },
};

/** A new one each time: a sign-in of a pipeline ends after an hour, and Azure CLI keeps what is still good. */
export async function getToken(audience: string): Promise<string> {
  return Token.parse(await az('account', 'get-access-token', '--resource', audience)).accessToken;
}

async function createTarget(
  { host, isAnonymous, path, service }: Request,
  appAudience: () => Promise<string | undefined>,
) {
  if (service === 'app') {
    const audience = isAnonymous || path === '/api/health' ? undefined : await appAudience();
    return { url: `https://${host}${path}`, token: audience === undefined ? undefined : await getToken(audience) };
  }
  if (service === 'github') {
    const { stdout } = await run('gh', ['auth', 'token']);
    return { url: `https://api.github.com${path}`, token: stdout.trim() };
  }
  const { audience, url } = services[service];
  return { url: `${url || `https://${host}`}${path}`, token: await getToken(audience) };
}

const maxAttempts = 5;
const timeoutSeconds = 120;

/** Sends a request, and asks again where a service is busy or goes on in the background. */
export function createSender(appAudience: () => Promise<string | undefined>) {
  return async (request: Request): Promise<Answer> => {
    const { token, url } = await createTarget(request, appAudience);
    const headers = {
      ...request.headers,
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    const { body, method } = request;
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    let response = await fetchPatiently(url, init);
    const location = response.headers.get('location');
    // A question such as a what-if is answered at another address, a while later.
    while (response.status === 202 && location && method === 'POST') {
      await sleep(1000 * Number(response.headers.get('retry-after') ?? 5));
      response = await fetchPatiently(location, { headers });
    }
    const text = await response.text();
    return { status: response.status, body: parseBody(text) };
  };
}

function parseBody(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    // A gateway that says no answers with a page. Its text helps whoever reads the error.
    return { text: text.slice(0, 500) };
  }
}

async function fetchPatiently(url: string, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetchOnce(url, init);
    if ((response.status !== 429 && response.status < 500) || attempt === maxAttempts) return response;
    await sleep(1000 * Number(response.headers.get('retry-after') ?? 2 ** attempt));
  }
}

async function fetchOnce(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutSeconds * 1000) });
  } catch (cause) {
    // The same as a server that does not answer.
    return Response.json(
      { error: `'${new URL(url).hostname}' does not answer: ${(cause as Error).message}` },
      { status: 599 },
    );
  }
}
