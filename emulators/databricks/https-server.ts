import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { applyFaults, type FaultPlan } from '../shared/fault-plan.ts';
import type { Fault } from '../shared/faults.ts';
import type { Certificate } from './certificate.ts';
import { EngineLostError, EngineUnavailableError } from './engine/engine.ts';
import { doubleJobs } from './jobs/double-jobs.ts';
import { DatabricksApiError } from './jobs/request.ts';
import { giveToken, tokenPath } from './token.ts';

export type ApiRequest = {
  method: string;
  path: string;
  query: Record<string, string>;
  body: Buffer;
  principal: string;
};
export type ApiResponse = { status: number; type: string; body: Buffer; headers?: Record<string, string> };

export type HttpsServerOptions = {
  port: number;
  certificate: Certificate;
  tokens: Record<string, string>;
  faults: FaultPlan;
  handle: (apiRequest: ApiRequest) => Promise<ApiResponse>;
  log: (line: string) => void;
};

/** The one HTTPS address of the workspace: who calls, what may go wrong on purpose, and how a refusal looks. */
export async function startHttpsServer(options: HttpsServerOptions): Promise<{ port: number; server: Server }> {
  const { pfx, passphrase } = options.certificate;
  const server = createServer({ pfx, passphrase, keepAlive: true }, (request, response) => {
    handleRequest(options, request, response).catch((error: unknown) => {
      options.log(`${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : String(error)}`);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, server };
}

export function createJsonResponse(status: number, value: unknown, headers: Record<string, string> = {}): ApiResponse {
  return { status, type: 'application/json', body: Buffer.from(JSON.stringify(value)), headers };
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function handleRequest(options: HttpsServerOptions, request: IncomingMessage, response: ServerResponse) {
  const address = new URL(request.url ?? '/', 'https://localhost');
  const method = request.method ?? 'GET';
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const due = options.faults.next(`${method} ${address.pathname}`, request.url);
  const before = await applyFaults(due, 'before', request);
  if (before === 'disconnected') return;
  if (before !== undefined) return send(response, createFailure(before));
  const apiResponse = await answer(options, request, Buffer.concat(parts));
  if (due.some((fault) => fault.do === 'duplicate')) apiResponse.body = doubleJobs(apiResponse.body);
  const after = await applyFaults(due, 'after', request);
  if (after === 'disconnected') return;
  send(response, after === undefined ? apiResponse : createFailure(after));
}

async function answer(options: HttpsServerOptions, request: IncomingMessage, body: Buffer): Promise<ApiResponse> {
  const { method = 'GET', url = '/' } = request;
  const { authorization } = request.headers;
  const { pathname: path, searchParams } = new URL(url, 'https://localhost');
  if (path === tokenPath && method === 'POST') {
    const { status, value } = giveToken(options.tokens, authorization, body);
    return createJsonResponse(status, value);
  }
  const principal = findPrincipal(options.tokens, authorization);
  if (principal === undefined) return createErrorResponse(403, 'PERMISSION_DENIED', 'Invalid access token.');
  const query = Object.fromEntries(searchParams);
  return options.handle({ method, path, query, body, principal }).catch(toErrorResponse);
}

function findPrincipal(tokens: Record<string, string>, authorization = ''): string | undefined {
  const token = /^Bearer (.+)$/.exec(authorization)?.[1];
  return token !== undefined && Object.hasOwn(tokens, token) ? tokens[token] : undefined;
}

function toErrorResponse(error: unknown): ApiResponse {
  if (error instanceof DatabricksApiError) return createErrorResponse(error.status, error.code, error.message);
  if (error instanceof EngineUnavailableError || error instanceof EngineLostError) {
    return createJsonResponse(
      503,
      { error_code: 'TEMPORARILY_UNAVAILABLE', message: error.message },
      { 'retry-after': '1' },
    );
  }
  throw error;
}

/** The answer of a fault that fails. What it does not say is as a workspace would say it. */
function createFailure({ status, body, headers }: Extract<Fault, { do: 'fail' }>): ApiResponse {
  const usual = { error_code: status === 429 ? 'REQUEST_LIMIT_EXCEEDED' : 'INTERNAL_ERROR', message: 'It failed.' };
  return createJsonResponse(status, body ?? usual, headers);
}

function createErrorResponse(status: number, code: string, message: string): ApiResponse {
  return createJsonResponse(status, { error_code: code, message, details: [] });
}

function send(response: ServerResponse, { status, type, body, headers }: ApiResponse): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length, ...headers }).end(body);
}
