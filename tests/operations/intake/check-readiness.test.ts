import { describe, expect, it } from 'vitest';
import { maxFailures } from '../../../medallion/runs/pipeline-state.ts';
import { checkReadiness } from '../../../operations/intake/check-readiness.ts';
import { createRun, toTime } from '../../support/batches.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';

const at = (minute: number) => new Date(toTime(minute));
const reason = `The last ${maxFailures} runs failed, one after another.`;
const probe = { kind: 'open', isProbe: true };
const listActions = async (ports: FakePorts) =>
  (await ports.auditLog.list({}, 10)).rows.map(({ action }) => action).toReversed();

async function createHalted(): Promise<FakePorts> {
  const ports = createFakePorts();
  for (let minute = 1; minute <= maxFailures; minute++) await ports.runs.save(createRun(minute, 'failed'));
  expect(await checkReadiness(ports, at(10))).toEqual({ kind: 'closed', reason, hasHalted: true });
  return ports;
}

describe('a pipeline that halts', () => {
  it('is halted first and says so afterwards, also if it could not say so the first time', async () => {
    const ports = createFakePorts();
    for (let minute = 1; minute <= maxFailures; minute++) await ports.runs.save(createRun(minute, 'failed'));
    const away = { ...ports.auditLog, recordOnce: () => Promise.reject(new Error('The table is away.')) };
    await expect(checkReadiness({ ...ports, auditLog: away }, at(10))).rejects.toThrow('The table is away.');
    expect(await ports.pipelineControl.getState()).toMatchObject({ state: 'halted', actor: 'pipeline', reason });
    expect(await checkReadiness(ports, at(11))).toEqual({ kind: 'closed', reason });
    expect(await listActions(ports)).toEqual(['halt']);
  });

  it('does not undo what a person decides at the same time', async () => {
    const ports = createFakePorts();
    for (let minute = 1; minute <= maxFailures; minute++) await ports.runs.save(createRun(minute, 'failed'));
    const resumed = { state: 'running', actor: 'ann', reason: 'Repaired.', at: toTime(9) } as const;
    const runs = {
      ...ports.runs,
      list: async (max: number) => {
        await ports.pipelineControl.setState(resumed);
        return ports.runs.list(max);
      },
    };
    expect(await checkReadiness({ ...ports, runs }, at(10))).toMatchObject({ kind: 'closed' });
    expect(await ports.pipelineControl.getState()).toEqual(resumed);
  });
});

describe('a pipeline that is halted', () => {
  it('lets one run try after a while, and then waits longer', async () => {
    const ports = await createHalted();
    expect(await checkReadiness(ports, at(24))).toEqual({ kind: 'closed', reason });
    expect(await checkReadiness(ports, at(25))).toEqual(probe);
    await ports.runs.save(createRun(25, 'failed'));
    expect(await checkReadiness(ports, at(54))).toEqual({ kind: 'closed', reason });
    expect(await checkReadiness(ports, at(55))).toEqual(probe);
    expect(await checkReadiness(ports, at(56))).toEqual({ kind: 'closed', reason });
  });

  it.for(['published', 'blocked'] as const)('goes on by itself after a probe that is %s', async (outcome) => {
    const ports = await createHalted();
    expect(await checkReadiness(ports, at(25))).toEqual(probe);
    await ports.runs.save(createRun(25, outcome));
    expect(await checkReadiness(ports, at(27))).toEqual({ kind: 'open' });
    expect(await ports.pipelineControl.getState()).toMatchObject({ state: 'running', actor: 'pipeline' });
    expect(await listActions(ports)).toEqual(['halt', 'resume']);
    expect(await checkReadiness(ports, at(28))).toEqual({ kind: 'open' });
  });

  it('tries the same again when it is asked again for the same batch', async () => {
    const ports = await createHalted();
    expect(await checkReadiness(ports, at(25))).toEqual(probe);
    expect(await checkReadiness(ports, at(25))).toEqual(probe);
    expect(await ports.pipelineControl.getState()).toMatchObject({ probes: 1 });
  });

  it('starts no second probe beside one that runs', async () => {
    const ports = await createHalted();
    await checkReadiness(ports, at(25));
    await ports.runs.save(createRun(25, 'running'));
    expect(await checkReadiness(ports, at(200))).toEqual({ kind: 'closed', reason });
  });

  it('stays as it is when it was paused: only a person ends a pause', async () => {
    const ports = createFakePorts();
    await ports.pipelineControl.setState({ state: 'paused', actor: 'ann', reason: 'Maintenance.', at: toTime(0) });
    expect(await checkReadiness(ports, at(10_000))).toEqual({ kind: 'closed', reason: 'Maintenance.', isPaused: true });
  });
});
