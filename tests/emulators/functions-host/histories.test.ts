import { join } from 'node:path';
import type { OrchestrationHandler, Task } from 'durable-functions';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportHistories, type RecordedHistory } from '../../../emulators/functions-host/export-histories.ts';
import { replayHistory } from '../../support/replay-history.ts';
import { steps } from './program.ts';
import { appDirectory, HostUnderTest } from './test-host.ts';

type Orchestrators = Record<string, OrchestrationHandler>;

const host = new HostUnderTest();
let histories: RecordedHistory[];
let orchestrators: Orchestrators;

/** Orchestrations of every kind that the fixture app knows, each at an end of its own. */
async function runAll(): Promise<void> {
  await host.run('single', 'single', 'abc');
  await host.run('fanOut', 'fan-out', { count: 5 });
  await host.run('retries', 'retries', { failures: 2, attempts: 4 });
  await host.run('retries', 'failed', { failures: 9, attempts: 3 });
  await host.run('caught', 'caught');
  await host.run('throws', 'throws');
  await host.run('approval', 'timed-out', { timeoutMs: 50 });
  await host.run('parent', 'parent');
  await host.run('parentCatches', 'parent-catches', { name: 'throws' });
  await host.run('eternal', 'eternal', { round: 1, until: 3 });
  await host.startInstance('approval', 'approved', { timeoutMs: 60_000 });
  await host.callClient('raise', 'approved', { name: 'approve', payload: 'yes' });
  await host.waitUntilEnded('approved');
  await host.startInstance('waits', 'resumed');
  await host.waitForStatus('resumed', 'Running');
  await host.callClient('suspend', 'resumed');
  await host.waitForStatus('resumed', 'Suspended');
  await host.callClient('raise', 'resumed', { name: 'go', payload: 1 });
  await host.callClient('resume', 'resumed');
  await host.waitForStatus('resumed', 'Running');
  await host.startInstance('waits', 'terminated');
  await host.waitForStatus('terminated', 'Running');
  await host.callClient('terminate', 'terminated');
  await host.waitUntilEnded('terminated');
  const programs = fc.sample(steps, { numRuns: 15, seed: 20261129 });
  await Promise.all(programs.map((program, n) => host.run('program', `program-${n}`, { steps: program })));
}

async function importOrchestrators(): Promise<Orchestrators> {
  const folder = join(appDirectory, 'functions');
  const { orchestrations } = (await import(join(folder, 'durable.mjs'))) as { orchestrations: Orchestrators };
  const { program } = (await import(join(folder, 'program.mjs'))) as { program: OrchestrationHandler };
  return { ...orchestrations, program };
}

function getHistory(instanceId: string, status?: string): RecordedHistory {
  const recorded = histories.find(
    (history) => history.instanceId === instanceId && (status === undefined || history.status === status),
  );
  if (recorded === undefined) throw new Error(`No history of '${instanceId}' was exported.`);
  return recorded;
}

function getOrchestrator(name: string): OrchestrationHandler {
  const orchestrator = orchestrators[name];
  if (orchestrator === undefined) throw new Error(`The fixture app has no orchestrator '${name}'.`);
  return orchestrator;
}

beforeAll(async () => {
  await host.start();
  await runAll();
  // The host is still running; and what is kept of it is JSON.
  histories = JSON.parse(JSON.stringify(exportHistories(join(host.folder, 'host.sqlite')))) as RecordedHistory[];
  orchestrators = await importOrchestrators();
});
afterAll(() => host.end());

describe('an exported history', () => {
  it('has input, output and status of the instance, and the events that the worker got', () => {
    const { history, ...recorded } = getHistory('single');

    expect(recorded).toEqual({
      name: 'single',
      instanceId: 'single',
      input: 'abc',
      output: 'ABC',
      status: 'Completed',
    });
    expect(history.map(({ EventType }) => EventType)).toEqual([12, 0, 4, 13, 12, 5, 13, 1]);
  });

  it('is also there of children, and of the generation before the last', () => {
    expect(getHistory('parent-child')).toMatchObject({ name: 'single', status: 'Completed' });
    expect(getHistory('eternal', 'ContinuedAsNew')).toMatchObject({
      input: { round: 2, until: 3 },
      output: { round: 3, until: 3 },
    });
    expect(getHistory('eternal', 'Completed')).toMatchObject({ output: { round: 3 } });
  });

  it('is refused of a file that is none', () => {
    expect(() => exportHistories(join(host.folder, 'nothing.sqlite'))).toThrow();
  });
});

describe('a replay', () => {
  it('comes to the same end for each of them', async () => {
    expect(histories.length).toBeGreaterThan(28);
    for (const recorded of histories) {
      const { failure, state } = await replayHistory(getOrchestrator(recorded.name), recorded);
      if (recorded.status === 'Completed') expect(state.output ?? null, recorded.instanceId).toEqual(recorded.output);
      if (recorded.status === 'Failed') expect(recorded.output).toContain(failure);
    }
  });

  const changes: Record<string, { instanceId: string; orchestrator: OrchestrationHandler; message: RegExp }> = {
    'another activity': {
      instanceId: 'single',
      *orchestrator(context) {
        return yield context.df.callActivity('lower', context.df.getInput());
      },
      message: /'single', event 1 \(ExecutionStarted\): it scheduled TaskScheduled 0 'upper' then, and .* 'lower' now/,
    },
    'one activity more': {
      instanceId: 'single',
      *orchestrator(context) {
        yield context.df.callActivity('upper', context.df.getInput());
        return yield context.df.callActivity('upper', 'more');
      },
      message: /event 5 \(TaskCompleted\): it scheduled nothing then, and TaskScheduled 1 'upper' now/,
    },
    'one activity less': {
      instanceId: 'retries',
      *orchestrator(context) {
        return yield context.df.callActivity('flaky', { key: '', failures: 2 });
      },
      message: /event 5 \(TaskFailed\): it scheduled TimerCreated 1 then, and nothing now/,
    },
    'another order': {
      instanceId: 'approved',
      *orchestrator(context) {
        const approval = context.df.waitForExternalEvent('approve');
        yield context.df.callActivity('upper', 'first');
        return yield approval;
      },
      message: /it scheduled TimerCreated 0 then, and TaskScheduled 0 'upper' now/,
    },
    'a wait for another event': {
      instanceId: 'resumed',
      *orchestrator(context) {
        yield context.df.waitForExternalEvent('go');
        return 'done';
      },
      message: /was Running when it was recorded, and is Completed now/,
    },
    'a decision that no history can repeat': {
      instanceId: 'fan-out',
      *orchestrator(context) {
        const name = context.df.isReplaying ? 'upper' : 'lower';
        return yield context.df.callActivity(name, 'x');
      },
      message: /it scheduled .* then, and TaskScheduled 0 'lower' now/,
    },
  };

  it.each(Object.entries(changes))('fails for %s', async (_, { instanceId, message, orchestrator }) => {
    await expect(replayHistory(orchestrator, getHistory(instanceId))).rejects.toThrow(message);
  });

  it('does not mind another input or another time', async () => {
    function* orchestrator(context: Parameters<OrchestrationHandler>[0]): Generator<Task, unknown, unknown> {
      const timeout = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
      const approval = context.df.waitForExternalEvent('approve');
      yield context.df.Task.any([approval, timeout]);
      timeout.cancel();
      return yield approval;
    }

    const { state } = await replayHistory(orchestrator, getHistory('approved'));
    expect(state.output).toBe('yes');
  });
});
