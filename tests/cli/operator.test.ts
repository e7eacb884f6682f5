import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { expect, it } from 'vitest';
import { ask, findStandstill, OperatorAway, readStatus, retryWhileAway } from '../../cli/operator.ts';
import { account, createTestLake } from '../emulators/adls/test-lake.ts';

const lake = createTestLake({
  faults: { faults: [{ at: { service: 'adls', call: 'ListPaths', nth: 1 }, do: 'fail', status: 429 }] },
});
const nobody = { app: 'http://127.0.0.1:9' };

it('is asked again while the landing zone is busy, and told apart from an operator that is away', async () => {
  const told: string[] = [];
  await retryWhileAway(async () => {
    const away = await readStatus(lake.fileSystem(), nobody).catch((error: unknown) => error);
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
  const stranger = new StorageSharedKeyCredential(account, Buffer.from('other').toString('base64'));
  const zone = new DataLakeServiceClient(lake.endpoint(), stranger).getFileSystemClient('lake');
  const error = await readStatus(zone, nobody).catch((cause: unknown) => cause);
  expect(error).not.toBeInstanceOf(OperatorAway);
  expect(error).toMatchObject({ statusCode: 403 });
});

it('waits its turn where it has too many requests under way', async () => {
  let calls = 0;
  const server = createServer((_, response) => {
    const status = ++calls === 1 ? 429 : 200;
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0.1' }).end('{"files":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await ask({ app: `http://127.0.0.1:${port}` }, 'files')).toEqual({ files: [] });
  expect(calls).toBe(2);
  server.close();
});

const running = { orchestrationStatus: 'Running', streams: [] };
const paused = { state: 'paused', actor: 'ann', reason: 'Looking.', at: '2026-01-01T10:00:00Z' } as const;

it.for([
  { title: 'at work', status: running, reason: undefined },
  {
    title: 'resumed',
    status: { ...running, pipelineState: { ...paused, state: 'running' } as const },
    reason: undefined,
  },
  {
    title: 'paused',
    status: { ...running, pipelineState: paused },
    reason: 'paused by ann since 2026-01-01T10:00:00Z: Looking.',
  },
  {
    title: 'suspended from outside',
    status: { ...running, orchestrationStatus: 'Suspended' },
    reason: "orchestration 'pipeline' is suspended",
  },
  {
    title: 'with a stream that was halted',
    status: {
      ...running,
      streams: [{ layer: 'silver', mode: 'continuous', state: 'halted', reason: 'Five failures.' }],
    },
    reason: "stream 'silver' is halted: Five failures.",
  },
])('an operator $title says whether anything goes on', ({ reason, status }) => {
  expect(findStandstill(status)).toBe(reason);
});
