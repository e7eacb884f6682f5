import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../environments/environment.ts';

const room = path.join(import.meta.dirname, '../../environments');
const folder = mkdtempSync(path.join(tmpdir(), 'adopt-'));
const file = path.join(folder, 'test.json');
cpSync(path.join(room, 'test.json'), file);

const outputs = path.join(folder, 'outputs.json');
const decided = {
  operatorClientId: '11111111-1111-4111-8111-111111111111',
  jobsClientId: '22222222-2222-4222-8222-222222222222',
  testerClientId: '33333333-3333-4333-8333-333333333333',
  workspaceUrl: 'adb-1234567890123456.7.azuredatabricks.net',
};
writeFileSync(
  outputs,
  JSON.stringify(Object.fromEntries(Object.entries(decided).map(([name, value]) => [name, { type: 'String', value }]))),
);

const adopt = (...more: string[]) =>
  spawnSync(process.execPath, [path.join(room, 'record-deployment-outputs.ts'), file, outputs, ...more], {
    encoding: 'utf8',
  });

describe('what Azure decided', () => {
  it('is told and refused as long as the file says otherwise', () => {
    const { status, stderr, stdout } = adopt('--check');

    expect(status).toBe(1);
    expect(stdout).toContain(
      "identity.clientId: the file says '00000000-0000-4000-8000-000000000000', Azure says '1111",
    );
    expect(stdout.trim().split('\n')).toHaveLength(4);
    expect(stderr).toContain('lags behind what was deployed');
  });

  it('is written into the file once, and then agrees with it', () => {
    expect(adopt('--warehouse-id', '0123456789abcdef').status).toBe(0);
    expect(readEnvironment(file)).toMatchObject({
      identity: { clientId: decided.operatorClientId },
      databricks: { workspaceUrl: `https://${decided.workspaceUrl}`, warehouseId: '0123456789abcdef' },
      deployment: { runAs: { jobs: decided.jobsClientId, tester: decided.testerClientId } },
    });
    expect(adopt('--check')).toMatchObject({ status: 0, stdout: '' });
  });

  it('leaves everything else as it was', () => {
    const original = readEnvironment(path.join(room, 'test.json'));
    expect(readEnvironment(file)).toMatchObject({ tuning: original.tuning, landing: original.landing, name: 'test' });
  });

  it('is no tester where the deployment is only looked at', () => {
    const prod = path.join(folder, 'prod.json');
    cpSync(path.join(room, 'prod.json'), prod);
    const untested = path.join(folder, 'untested.json');
    writeFileSync(untested, readFileSync(outputs, 'utf8').replace(decided.testerClientId, ''));
    const script = path.join(room, 'record-deployment-outputs.ts');
    expect(spawnSync(process.execPath, [script, prod, untested]).status).toBe(0);
    expect(readEnvironment(prod).deployment?.runAs).toEqual({ jobs: decided.jobsClientId });
  });

  it('is nothing on one machine', () => {
    const local = [path.join(room, 'record-deployment-outputs.ts'), path.join(room, 'local.json'), outputs];
    expect(() => execFileSync(process.execPath, local, { stdio: 'pipe' })).toThrow('is not deployed');
  });
});
