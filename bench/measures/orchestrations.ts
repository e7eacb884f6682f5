import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHost } from '../../emulators/functions-host/host.ts';
import { type Figure, formatSeconds } from '../figure.ts';

const instances = 500;
const activitiesPerInstance = 5;
const pollMilliseconds = 10;

/** The local host alone: instances that run one activity after the other, all started at once. */
export async function measureOrchestrations(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-host-'));
  const host = await startHost({
    appDirectory: path.join(import.meta.dirname, '../chain-app'),
    port: 0,
    storeFile: path.join(folder, 'host.sqlite'),
    blobsKey: 'unused',
    settings: {},
  });
  try {
    const began = Date.now();
    const ids = Array.from({ length: instances }, (_, n) => `chain-${n}`);
    await Promise.all(ids.map((id) => start(host.address, id)));
    for (const id of ids) await waitUntilCompleted(host.address, id);
    const seconds = (Date.now() - began) / 1000;
    return [
      {
        what: `${instances} orchestrations of ${activitiesPerInstance} activities, all started at once`,
        ours: `${formatSeconds(seconds)}, ${(instances / seconds).toFixed(0)} per second`,
        peer: `${((instances * activitiesPerInstance) / seconds).toFixed(0)} activities per second`,
      },
    ];
  } finally {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(address: string, id: string): Promise<void> {
  const response = await fetch(`${address}/api/start/${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ activities: activitiesPerInstance }),
  });
  if (response.status !== 202) throw new Error(`'${id}' did not start: ${await response.text()}`);
}

async function waitUntilCompleted(address: string, id: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${address}/runtime/webhooks/durabletask/instances/${id}`);
    const { runtimeStatus } = (await response.json()) as { runtimeStatus: string };
    if (runtimeStatus === 'Completed') return;
    if (runtimeStatus === 'Failed' || runtimeStatus === 'Terminated')
      throw new Error(`'${id}' ended as ${runtimeStatus}. See the log of the host.`);
    await sleep(pollMilliseconds);
  }
}
