import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSender, readAccount } from '../../../cli/deployment/azure-cli.ts';
import { root } from '../../support/root.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'azure-cli-'));
const { PATH: searchPath } = process.env;
let server: Server;
let tokens: (string | undefined)[];
let answers: ((response: ServerResponse) => void)[];

/** A service that answers as it is told, and an Azure CLI whose every token is another. */
beforeEach(async () => {
  tokens = [];
  answers = [];
  server = createServer((request: IncomingMessage, response) => {
    tokens.push(request.headers.authorization);
    const respond = answers.shift() ?? ((last) => last.end('{"done": true}'));
    respond(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  writeProgram(
    'az',
    'echo x >> "$0.calls"; echo "{\\"accessToken\\": \\"token-$(wc -l < "$0.calls" | tr -d \' \')\\"}"',
  );
  process.env['PATH'] = `${folder}:${searchPath}`;
});
afterEach(() => {
  server.close();
  process.env['PATH'] = searchPath;
  rmSync(path.join(folder, 'az.calls'), { force: true });
});

function writeProgram(name: string, text: string): void {
  writeFileSync(path.join(folder, name), `#!/usr/bin/env bash\n${text}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

const getUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const createTestSender = () => {
  const service = { url: getUrl(), audience: 'a' };
  const services = { azure: service, graph: service, databricks: service, account: service, 'azure-devops': service };
  return createSender(async () => 'api://app', services);
};
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(code, headers).end('{}');

describe('a request', () => {
  it('asks for a token of its own, so that a sign-in may be renewed in between', async () => {
    const send = createTestSender();
    for (const place of ['/one', '/two']) await send({ service: 'azure', method: 'GET', path: place });
    expect(tokens).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('that is accepted is asked for at its other address until it is answered', async () => {
    const location = { location: `${getUrl()}/result`, 'retry-after': '0' };
    answers = [status(202, location), status(202, location)];
    const answer = await createTestSender()({ service: 'azure', method: 'POST', path: '/whatIf', body: {} });
    expect(answer).toEqual({ status: 200, body: { done: true } });
    expect(tokens).toHaveLength(3);
  });

  it('sends its token to no other place', async () => {
    answers = [status(202, { location: 'http://127.0.0.1:1/elsewhere', 'retry-after': '0' })];
    expect(await createTestSender()({ service: 'azure', method: 'POST', path: '/whatIf' })).toMatchObject({
      status: 202,
    });
  });

  it('is sent again to a service that is busy, and not where that could make something twice', async () => {
    answers = [status(429, { 'retry-after': '0' }), status(503, { 'retry-after': '0' })];
    expect(await createTestSender()({ service: 'azure', method: 'GET', path: '/x' })).toMatchObject({ status: 200 });
    answers = [status(503)];
    expect(await createTestSender()({ service: 'azure', method: 'POST', path: '/x' })).toMatchObject({ status: 503 });
  });

  it('that nobody answers says so', async () => {
    const service = { url: 'http://127.0.0.1:1', audience: 'a' };
    const services = { azure: service, graph: service, databricks: service, account: service, 'azure-devops': service };
    const answer = await createSender(async () => '', services)({ service: 'azure', method: 'POST', path: '/x' });
    expect(answer).toMatchObject({ status: 599 });
    expect(JSON.stringify(answer.body)).toContain('does not answer');
  });
});

describe('who is signed in', () => {
  it('is asked of Azure CLI', async () => {
    writeProgram('az', `echo '{"id": "s", "tenantId": "t", "user": {"name": "ann", "type": "user"}}'`);
    expect(await readAccount()).toEqual({ subscription: 's', tenant: 't', user: 'ann' });
  });

  it('is told by its own words where nobody is', async () => {
    writeProgram('az', `echo "Please run 'az login' to setup account." >&2; exit 1`);
    await expect(readAccount()).rejects.toThrow("Please run 'az login' to setup account.");
  });
});

describe('the commands', () => {
  const run = (command: string, ...args: string[]) =>
    spawnSync(process.execPath, [path.join(root, `cli/${command}/main.ts`), ...args], { encoding: 'utf8', cwd: root });

  it.for([
    { command: 'deployment', args: ['--env', 'nowhere'], message: 'Environments are: dev, prod, test.' },
    { command: 'deployment', args: ['--env', 'test', '--patience', 'long'], message: "and not 'long'" },
    { command: 'deployment', args: ['--env', 'test'], message: "Please run 'az login'" },
    { command: 'doctor', args: ['--env', 'test', '--only', 'mood'], message: "'mood' is no group of checks." },
    { command: 'doctor', args: ['--env', 'test'], message: "Please run 'az login'" },
  ])('$command with $args says what is wrong, and ends with code 2', ({ args, command, message }) => {
    writeProgram('az', `echo "Please run 'az login' to setup account." >&2; exit 1`);
    const { status: code, stderr } = run(command, ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('have nothing to deploy on one machine', () => {
    writeProgram('az', `echo '{"id": "s", "tenantId": "t", "user": {"name": "ann", "type": "user"}}'`);
    expect(run('deployment', '--env', 'local').stderr).toContain(
      "'local' runs on one machine, so there is nothing to deploy.",
    );
  });
});
