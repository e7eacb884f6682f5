import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { applyFaults, FaultPlan } from '../shared/fault-plan.ts';
import type { Fault, Faults } from '../shared/faults.ts';
import type { Certificate } from './certificate.ts';
import { EngineAbsent, EngineLost } from './engine/engine.ts';
import { Refusal } from './jobs/request.ts';

export type Call = { method: string; path: string; query: Record<string, string>; body: Buffer; principal: string };
export type Answer = { status: number; type: string; body: Buffer; headers?: Record<string, string> };

export type FrontDoorOptions = {
  port: number;
  certificate: Certificate;
  tokens: Record<string, string>;
  faults: Faults | undefined;
  answer: (call: Call) => Promise<Answer>;
  log: (line: string) => void;
};

/** The one HTTPS address of the workspace: who calls, what may go wrong on purpose, and how a refusal looks. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<{ port: number; server: Server }> {
  const faults = new FaultPlan('databricks', options.faults, options.log);
  const { pfx, passphrase } = options.certificate;
  const server = createServer({ pfx, passphrase, keepAlive: true }, (request, response) => {
    handle(options, faults, request, response).catch((error: unknown) => {
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

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return { status, type: 'application/json', body: Buffer.from(JSON.stringify(value)), headers };
}

export function closeDoor(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function handle(
  options: FrontDoorOptions,
  faults: FaultPlan,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const address = new URL(request.url ?? '/', 'https://localhost');
  const method = request.method ?? 'GET';
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const due = faults.next(`${method} ${address.pathname}`);
  const before = await applyFaults(due, 'before', request);
  if (before === 'disconnected') return;
  if (before !== undefined) return send(response, failure(before));
  const principal = principalOf(options.tokens, request.headers.authorization);
  if (principal === undefined) return send(response, refusal(403, 'PERMISSION_DENIED', 'Invalid access token.'));
  const query = Object.fromEntries(address.searchParams);
  const call = { method, path: address.pathname, query, body: Buffer.concat(parts), principal };
  const answer = await options.answer(call).catch(refusalOf);
  const after = await applyFaults(due, 'after', request);
  if (after === 'disconnected') return;
  send(response, after === undefined ? answer : failure(after));
}

function principalOf(tokens: Record<string, string>, authorization = ''): string | undefined {
  const token = /^Bearer (.+)$/.exec(authorization)?.[1];
  return token !== undefined && Object.hasOwn(tokens, token) ? tokens[token] : undefined;
}

function refusalOf(error: unknown): Answer {
  if (error instanceof Refusal) return refusal(error.status, error.code, error.message);
  if (error instanceof EngineAbsent || error instanceof EngineLost) {
    return json(503, { error_code: 'TEMPORARILY_UNAVAILABLE', message: error.message }, { 'retry-after': '1' });
  }
  throw error;
}

/** The answer of a fault that fails. What it does not say is as a workspace would say it. */
function failure({ status, body, headers }: Extract<Fault, { do: 'fail' }>): Answer {
  const usual = { error_code: status === 429 ? 'REQUEST_LIMIT_EXCEEDED' : 'INTERNAL_ERROR', message: 'It failed.' };
  return json(status, body ?? usual, headers);
}

function refusal(status: number, code: string, message: string): Answer {
  return json(status, { error_code: code, message, details: [] });
}

function send(response: ServerResponse, { status, type, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length, ...headers }).end(body);
}
