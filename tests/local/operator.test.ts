import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OperatorAway, patiently, statusOf } from '../../local/cli/operator.ts';
import { startLake } from '../../local/lake/lake.ts';
import type { Lake } from '../../local/lake/options.ts';

const account = 'medallion';
const key = Buffer.from('key').toString('base64');
const root = mkdtempSync(path.join(tmpdir(), 'operator-'));
const nobody = { app: 'http://127.0.0.1:9' };
let lake: Lake;

const zone = (secret = key) =>
  new DataLakeServiceClient(lake.endpoint, new StorageSharedKeyCredential(account, secret)).getFileSystemClient(
    'landing',
  );

beforeAll(async () => {
  const calls = [{ call: 'ListPaths', time: 1, kind: '429' as const }];
  lake = await startLake({ port: 0, account, key, root, subscriptions: [], faults: { calls } });
  await zone().create();
});

afterAll(async () => {
  await lake.stop();
  rmSync(root, { recursive: true, force: true });
});

it('is asked again while the landing zone is busy, and told apart from an operator that is away', async () => {
  const told: string[] = [];
  await patiently(async () => {
    const away = await statusOf(zone(), nobody).catch((error: unknown) => error);
    expect(away).toBeInstanceOf(OperatorAway);
    told.push((away as Error).message);
    if (told.length < 2) throw away;
  });
  expect(told).toEqual([
    'The landing zone cannot be listed at the moment.',
    "The operator does not answer at 'http://127.0.0.1:9/api/status'.",
  ]);
});

it('is not asked again where nobody may look', async () => {
  const error = await statusOf(zone(Buffer.from('other').toString('base64')), nobody).catch((cause: unknown) => cause);
  expect(error).not.toBeInstanceOf(OperatorAway);
  expect(error).toMatchObject({ statusCode: 403 });
});
