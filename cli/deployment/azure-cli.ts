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

type Services = Readonly<
  Record<Exclude<Service, 'github' | 'app'>, { readonly url: string; readonly audience: string }>
>;

/** Where each service answers, and for whom a token is. */
const liveServices: Services = {
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

interface Target {
  readonly url: string;
  readonly token: string | undefined;
}

async function createTarget(
  { host, isAnonymous, path, service }: Request,
  services: Services,
  appAudience: () => Promise<string>,
): Promise<Target> {
  if (service === 'app') {
    const isOpen = isAnonymous === true || path === '/api/health';
    return { url: `https://${host}${path}`, token: isOpen ? undefined : await getToken(await appAudience()) };
  }
  if (service === 'github') return { url: `https://api.github.com${path}`, token: await getGitHubToken() };
  const { audience, url } = services[service];
  return { url: `${url || `https://${host}`}${path}`, token: await getToken(audience) };
}

async function getGitHubToken(): Promise<string> {
  try {
    return (await run('gh', ['auth', 'token'])).stdout.trim();
  } catch (cause) {
    throw new UserError("The CLI of GitHub is not signed in. Install it, and run 'gh auth login'.", { cause });
  }
}

const timeoutSeconds = 120;

/** Sends a request, and asks again where a service is busy or goes on in the background. */
export function createSender(appAudience: () => Promise<string>, services: Services = liveServices) {
  return async (request: Request): Promise<Answer> => {
    const { token, url } = await createTarget(request, services, appAudience);
    const { body, method } = request;
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const headers = { ...request.headers, 'content-type': 'application/json', ...authorization };
    let response = await fetchPatiently(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    // A question such as a what-if is answered at another address, a while later.
    for (let location = findLocation(method, url, response); location; location = findLocation(method, url, response)) {
      await sleep(1000 * Number(response.headers.get('retry-after') ?? 5));
      response = await fetchPatiently(location, { headers });
    }
    return { status: response.status, body: parseBody(await response.text()) };
  };
}

/** The token goes to no other place than the one it is for. */
function findLocation(method: string, url: string, response: Response): string | undefined {
  const location = response.headers.get('location');
  if (method !== 'POST' || response.status !== 202 || location === null) return undefined;
  return new URL(location).origin === new URL(url).origin ? location : undefined;
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

const maxAttempts = 5;

/** What is sent again must not make anything twice. A service that is too busy has done nothing. */
const isWorthRetrying = (status: number, method = 'GET') => status === 429 || (status >= 500 && method !== 'POST');

async function fetchPatiently(url: string, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetchOnce(url, init);
    if (attempt === maxAttempts || !isWorthRetrying(response.status, init.method)) return response;
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
