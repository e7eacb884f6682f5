import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { excludeFile } from '../../functions/http/routes/file-actions.ts';
import { pausePipeline } from '../../functions/http/routes/pipeline.ts';
import { cancelRun, skipRun } from '../../functions/http/routes/run-actions.ts';
import { formatManifest, manifestPath } from '../../medallion/files/manifest.ts';
import { toManifestLine, toPlannedFile } from '../../medallion/reprocessing/plan.ts';
import { publishPassed } from '../../operations/releases/publish-passed.ts';
import { aFile } from '../support/a-file.ts';
import { aLanding } from '../support/a-landing.ts';
import { createRun, toBatch } from '../support/batches.ts';
import { createTableContract, type FakePorts } from '../support/fake-ports.ts';
import { storeFile } from '../support/store-file.ts';
import { createTestContext, send, type TestContext } from '../support/test-context.ts';

const batch = toBatch(2);
const failed = toBatch(1);
const file = aFile('gym_logins/a', { batch: failed, status: 'failed' });
const body = { reason: 'It was the wrong file.' };
const passed = {
  batch,
  versions: { 'gold.a': 2 },
  verdict: { outcome: 'passed' as const, rules: 0, evaluated: 0, fingerprint: 'f' },
  retainedTables: [],
};

const decisions = {
  pause: (context: TestContext) => send(context, pausePipeline, { body }),
  cancel: (context: TestContext) => send(context, cancelRun, { params: { id: batch }, body }),
  skip: (context: TestContext) => send(context, skipRun, { params: { id: failed }, body }),
  exclude: (context: TestContext) => send(context, excludeFile, { params: { id: file.file }, body }),
};

async function createContext(): Promise<TestContext> {
  const context = createTestContext({
    datasets: [aLanding('gym_logins')],
    tables: [createTableContract('gold.a')],
    texts: { [manifestPath(failed)]: formatManifest([toManifestLine(failed, toPlannedFile(file))]) },
  });
  await storeFile(context.ports, file);
  await context.ports.runs.save(createRun(1, 'failed'));
  await context.ports.runs.save(createRun(2, 'running'));
  return context;
}

/** The ports of somebody who is held back in front of each call, until `act` has ended. */
function holdBack(ports: FakePorts, act: (call: number) => Promise<void>): FakePorts {
  let calls = 0;
  const wrap = <Port extends object>(port: Port): Port => {
    const methods = Object.entries(port).map(([name, method]) => [
      name,
      async (...args: unknown[]) => {
        calls += 1;
        await act(calls);
        return method(...args);
      },
    ]);
    return Object.fromEntries(methods) as Port;
  };
  const { lake, pipelineControl, queue, releases, sqlWarehouse, unreleasedBatches } = ports;
  return {
    ...ports,
    lake: wrap(lake),
    pipelineControl: wrap(pipelineControl),
    queue: wrap(queue),
    releases: wrap(releases),
    sqlWarehouse: wrap(sqlWarehouse),
    unreleasedBatches: wrap(unreleasedBatches),
  };
}

const now = new Date('2026-01-02T12:00:00Z');

async function countCalls(): Promise<number> {
  let count = 0;
  const { ports } = await createContext();
  const held = holdBack(ports, async (call) => {
    count = call;
  });
  expect(await publishPassed(held, passed, now)).toMatchObject({ kind: 'published' });
  return count;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  // Whoever is held back publishes on when the decision is answered, so the minute of waiting for it passes at once.
  vi.setTimerTickMode('nextTimerAsync');
});
afterEach(() => void vi.useRealTimers());

describe.each(Object.entries(decisions))('%s', (_, decide) => {
  it('holds whenever it is answered: no publication begins after that', async () => {
    const outcomes: string[] = [];
    for (let at = 1, calls = await countCalls(); at <= calls; at++) {
      const context = await createContext();
      let hasBegun = false;
      const ports = holdBack(context.ports, async (call) => {
        if (call !== at) return;
        hasBegun = (await context.ports.releases.get())?.state.publishing !== undefined;
        expect((await decide(context)).status).toBeLessThan(300);
      });
      const { kind } = await publishPassed(ports, passed, now);
      expect(kind === 'published', `at call ${at}: ${kind}`).toBe(hasBegun);
      outcomes.push(kind);
    }
    expect(new Set(outcomes)).toContain('busy');
  });
});
