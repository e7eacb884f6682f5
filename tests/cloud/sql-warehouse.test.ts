import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type TCLI from '@databricks/sql/thrift/TCLIService_types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCertificate } from '../../emulators/databricks/certificate.ts';
import { closeServer, startHttpsServer } from '../../emulators/databricks/https-server.ts';
import { toIdentifier } from '../../emulators/databricks/warehouse/handles.ts';
import { createFailure, createSuccess } from '../../emulators/databricks/warehouse/responses.ts';
import { type Calls, createProcessor, T } from '../../emulators/databricks/warehouse/thrift.ts';
import { FaultPlan } from '../../emulators/shared/fault-plan.ts';
import { root } from '../support/root.ts';

const run = promisify(execFile);
const home = mkdtempSync(path.join(tmpdir(), 'warehouse-'));
const statements: TCLI.TExecuteStatementReq[] = [];
/** What the service in front of the engine answers instead, call by call. */
const refusals: number[] = [];
let sessions = 0;

/**
 * As new as a warehouse of today, and without Spark: it refuses each statement, and keeps how it was sent. Each call has its
 * parameter, since the processor hands a callback to those that have none.
 */
const calls: Calls = {
  OpenSession: async (_: TCLI.TOpenSessionReq) => {
    sessions++;
    return new T.TOpenSessionResp({
      status: createSuccess(),
      serverProtocolVersion: T.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8,
      sessionHandle: new T.TSessionHandle({
        sessionId: toIdentifier('11111111-1111-4111-8111-111111111111'),
      } as TCLI.TSessionHandle),
    });
  },
  ExecuteStatement: async (request: TCLI.TExecuteStatementReq) => {
    statements.push(request);
    const status = createFailure({ condition: 'PLANTED', message: 'As planted.', sqlState: '42000' });
    return new T.TExecuteStatementResp({ status });
  },
  CloseSession: async (_: TCLI.TCloseSessionReq) => new T.TCloseSessionResp({ status: createSuccess() }),
};

let server: Awaited<ReturnType<typeof startHttpsServer>>;
let certificateFile: string;
beforeAll(async () => {
  const certificate = await openCertificate(home);
  certificateFile = certificate.file;
  server = await startHttpsServer({
    port: 0,
    certificate,
    tokens: { 'token-of-ann': 'ann@example.com' },
    faults: new FaultPlan('databricks', undefined, console.error),
    handle: async ({ body }) => {
      const answer = await createProcessor(calls)(body);
      const refused = statements.length > 0 ? refusals.shift() : undefined;
      if (refused !== undefined) return { status: refused, type: 'application/json', body: Buffer.from('{}') };
      return { status: 200, type: 'application/x-thrift', body: answer };
    },
    log: (line) => console.error(line),
  });
});
afterAll(async () => {
  await closeServer(server.server);
  rmSync(home, { recursive: true });
});

interface EnvironmentFile {
  readonly deployment: object;
}

function writeEnvironment(name: string, change: object): string {
  const base = JSON.parse(readFileSync(path.join(root, `environments/${name}.json`), 'utf8')) as EnvironmentFile;
  const file = path.join(home, 'environment.json');
  writeFileSync(file, JSON.stringify({ ...base, deployment: { ...base.deployment, ...change } }));
  return file;
}

describe('createSqlWarehouse', () => {
  // Large results come from the workspace's own storage. Where that is closed, they come through the warehouse itself.
  it.for([
    { reach: 'public', change: { reach: 'public' }, comesFromStorage: true },
    { reach: 'ranges', change: { reach: 'ranges', ranges: ['198.51.100.0/24'] }, comesFromStorage: false },
    { reach: 'private', change: { reach: 'private' }, comesFromStorage: false },
  ])('takes results from the storage of the workspace: $comesFromStorage where reach is $reach', async (example) => {
    const script = fileURLToPath(import.meta.resolve('../support/query.ts'));
    const file = writeEnvironment('prod', example.change);
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile };
    const url = `https://localhost:${server.port}`;
    await expect(run(process.execPath, [script, file, url], { env, timeout: 15_000 })).rejects.toThrow('As planted.');
    expect(statements.splice(0).map(({ canDownloadResult }) => canDownloadResult)).toEqual([example.comesFromStorage]);
  });

  // Taken for the engine's word about a statement, it would make rules that nobody can evaluate, in a session that is gone.
  it.for([502, 503])(
    'does not take HTTP %i for the word of the engine, and asks again in a new session',
    async (status) => {
      refusals.push(status);
      const before = sessions;
      const script = fileURLToPath(import.meta.resolve('../support/query.ts'));
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile };
      const args = [script, writeEnvironment('prod', {}), `https://localhost:${server.port}`, '2'];
      const asked = run(process.execPath, args, { env, timeout: 30_000 });
      await expect(asked).rejects.toThrow(/did not answer; it will be tried again[\s\S]*As planted\./);
      expect(sessions - before).toBe(2);
      statements.splice(0);
    },
  );
});
