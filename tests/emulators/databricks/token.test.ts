import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCredentials } from '../../../cloud/credentials.ts';
import { openCertificate } from '../../../emulators/databricks/certificate.ts';
import { closeServer, createJsonResponse, startHttpsServer } from '../../../emulators/databricks/https-server.ts';
import { FaultPlan } from '../../../emulators/shared/fault-plan.ts';
import type { Fault } from '../../../emulators/shared/faults.ts';
import type { Environment } from '../../../environments/environment.ts';

const home = mkdtempSync(path.join(tmpdir(), 'token-'));
const secret = 'secret-of-operator';
const faults: Fault[] = [];
let url: string;
let server: Awaited<ReturnType<typeof startHttpsServer>>['server'];
const trusted = getCACertificates();

beforeAll(async () => {
  const certificate = await openCertificate(home);
  const started = await startHttpsServer({
    port: 0,
    certificate,
    tokens: { [secret]: 'operator', 'secret-of-ann': 'ann@example.com' },
    faults: new FaultPlan('databricks', { faults }, () => undefined),
    handle: async ({ principal }) => createJsonResponse(200, { principal }),
    log: console.error,
  });
  ({ server } = started);
  url = `https://localhost:${started.port}`;
  setDefaultCACertificates([...trusted, readFileSync(certificate.file, 'utf8')]);
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await closeServer(server);
  rmSync(home, { recursive: true });
});

async function ask(account: string, grant = 'client_credentials') {
  const response = await fetch(`${url}/oidc/v1/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(account).toString('base64')}` },
    body: new URLSearchParams({ grant_type: grant }),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

describe('the token of a service principal', () => {
  it('is given to who knows its secret', async () => {
    const { answer, status } = await ask(`operator:${secret}`);
    expect([status, answer['token_type'], answer['expires_in']]).toEqual([200, 'Bearer', 3600]);
    const headers = { authorization: `Bearer ${answer['access_token']}` };
    expect(await (await fetch(`${url}/any`, { headers })).json()).toEqual({ principal: 'operator' });
  });

  it.for(['operator:wrong', 'operator:secret-of-ann', 'nobody:undefined', ''])(
    'is given to nobody else: %s',
    async (account) => {
      expect(await ask(account)).toMatchObject({ status: 401, answer: { error: 'invalid_client' } });
    },
  );

  it('is given for no other grant', async () => {
    const { answer, status } = await ask(`operator:${secret}`, 'password');
    expect([status, answer['error']]).toEqual([400, 'unsupported_grant_type']);
  });
});

describe('the app', () => {
  function createToken(): Promise<string> {
    const keysFile = path.join(home, 'keys.json');
    const key = { account: 'medallion', key: 'a2V5' };
    const keys = { lake: key, stateTable: key, databricksToken: secret, deployerToken: 'another' };
    writeFileSync(keysFile, JSON.stringify(keys));
    const databricks = { workspaceUrl: url, warehouseId: 'local' };
    const environment = { identity: { kind: 'local', keysFile }, databricks } as unknown as Environment;
    return createCredentials(environment).databricksToken();
  }

  it('asks for its token there, and has none while the workspace is away', async () => {
    expect(await createToken()).toBe(secret);
    faults.push({ at: { service: 'databricks', call: '*', to: 3600 }, do: 'fail', status: 503 });
    await expect(createToken()).rejects.toThrow('The workspace answered 503 to the request for a token.');
  });
});
