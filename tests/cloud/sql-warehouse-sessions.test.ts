import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSqlWarehouse } from '../../cloud/sql-warehouse.ts';
import { readEnvironment } from '../../environments/environment.ts';
import { WarehouseError } from '../../medallion/errors.ts';
import { PlannedWarehouse } from '../support/planned-warehouse.ts';

const planned = new PlannedWarehouse();
const trusted = getCACertificates();
beforeAll(async () => {
  await planned.start();
  setDefaultCACertificates([...trusted, readFileSync(planned.certificateFile, 'utf8')]);
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await planned.end();
});

function createClient() {
  const environment = readEnvironment('environments/prod.json');
  const databricks = { ...environment.databricks, workspaceUrl: planned.url, warehouseId: 'one' };
  return createSqlWarehouse({ ...environment, databricks }, { databricksToken: async () => 'token-of-ann' });
}

const broken = { do: 'break', message: 'As planted.', sqlState: '42000' } as const;

/** Until somebody opens it. */
function createGate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

it('a statement that fails late on a lost session leaves the next session alone', async () => {
  const client = createClient();
  const gates = { early: createGate(), late: createGate(), next: createGate() };
  planned.plan = async (statement) => {
    await gates[statement as keyof typeof gates].passed;
    return statement === 'next' ? broken : { do: 'fail', status: 502 };
  };
  const isAsked = (statement: string) => () =>
    expect(planned.statements.map((request) => request.statement)).toContain(statement);
  const early = client.query('early').catch((error: unknown) => error);
  const late = client.query('late').catch((error: unknown) => error);
  await Promise.all([vi.waitFor(isAsked('early')), vi.waitFor(isAsked('late'))]);
  gates.early.open();
  expect(await early).toBeInstanceOf(WarehouseError);
  const next = client.query('next');
  await vi.waitFor(isAsked('next'));
  gates.late.open();
  expect(await late).toBeInstanceOf(WarehouseError);

  expect(planned.opened).toHaveLength(2);
  expect(planned.closed).not.toContain(planned.opened[1]);
  gates.next.open();
  expect(await next).toEqual({ kind: 'rejected', reason: 'As planted. (SQLSTATE 42000)' });
  await client.close();
  expect(planned.closed).toEqual(planned.opened);
});

it('a statement that may take less time than others is cancelled after its own', async () => {
  const client = createClient();
  planned.plan = () => ({ do: 'run' });
  expect(await client.query('slow', {}, 1)).toEqual({
    kind: 'rejected',
    reason: 'It took longer than 1 s.',
    isTimeout: true,
  });
  await client.close();
});

describe('a value that the engine quotes', () => {
  const cast = "[CAST_INVALID_INPUT] The value 'Ann Quagmire' cannot be cast. SQLSTATE: 22018";

  it.for([
    ['a cast refuses', cast],
    ['reads like the SQLSTATE', "[CAST_INVALID_INPUT] The value 'Ann Quagmire 22018' cannot be cast."],
    ['stands in the plan behind the error', "[CAST_INVALID_INPUT] It cannot.;\nFilter (name = 'Ann Quagmire')"],
  ] as const)('is in no reason when it %s', async ([, message]) => {
    const client = createClient();
    planned.plan = () => ({ do: 'break', message, sqlState: '22018' });
    const { kind, reason } = (await client.query('SELECT 1')) as { kind: string; reason: string };
    expect(kind).toBe('rejected');
    expect(reason).toMatch(/^\[CAST_INVALID_INPUT\] SQLSTATE 22018\./);
    expect(reason).not.toContain('Quagmire');
    await client.close();
  });

  it('is in no error of a statement that was not taken', async () => {
    const client = createClient();
    planned.plan = () => ({ do: 'refuse', message: cast });
    const failure = (await client.query('SELECT 1').catch((error: unknown) => error)) as Error;
    expect(failure).toBeInstanceOf(WarehouseError);
    expect(failure.message).toContain('CAST_INVALID_INPUT');
    expect(failure.message).not.toContain('Quagmire');
    await client.close();
  });
});
