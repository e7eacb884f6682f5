import { describe, expect, it } from 'vitest';
import type { JobState } from '../../../medallion/runs/job.ts';
import { readJobState } from '../../../orchestrations/activities/read-job-state.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

/** Ports whose job service answers with one state. */
function createPorts(state: JobState) {
  const lookups: string[] = [];
  const ports = createFakePorts();
  const getState = async (jobRun: string) => {
    lookups.push(jobRun);
    return state;
  };
  return { lookups, ports: { ...ports, jobs: { ...ports.jobs, getState } } };
}

const cancellation = "Cancelled by 'ann': it was the wrong file.";
const active: JobState = { state: 'active', detail: 'running' };
const ended: JobState = { state: 'ended', code: 'DRIVER_ERROR', reason: 'The driver died.', isRetryable: true };
const succeeded: JobState = { state: 'succeeded' };

describe('readJobState', () => {
  it('asks for the run by all of its digits', async () => {
    const { lookups, ports } = createPorts(succeeded);
    expect(await readJobState.bind(ports)({ jobRun: '9007199254740993' })).toEqual(succeeded);
    expect(lookups).toEqual(['9007199254740993']);
  });

  it('ends the job of a batch that somebody cancelled', async () => {
    const { ports } = createPorts(active);
    await ports.pipelineControl.requestCancellation(batch, cancellation);
    expect(await readJobState.bind(ports)({ jobRun: '1', batch })).toEqual(active);
    expect(ports.cancelledJobRuns).toEqual(['1']);
  });

  it('tries the job of a cancelled batch not again, and gives the reason of who cancelled', async () => {
    const { ports } = createPorts(ended);
    await ports.pipelineControl.requestCancellation(batch, cancellation);
    expect(await readJobState.bind(ports)({ jobRun: '1', batch })).toEqual({
      ...ended,
      isRetryable: false,
      reason: cancellation,
    });
    expect(ports.cancelledJobRuns).toEqual([]);
  });

  it('takes a job for what it is that succeeded before it could be cancelled', async () => {
    const { ports } = createPorts(succeeded);
    await ports.pipelineControl.requestCancellation(batch, cancellation);
    expect(await readJobState.bind(ports)({ jobRun: '1', batch })).toEqual(succeeded);
    expect(ports.cancelledJobRuns).toEqual([]);
  });

  it('leaves the job of any other batch alone', async () => {
    const { ports } = createPorts(active);
    await ports.pipelineControl.requestCancellation(batch.replace('2026', '2027'), cancellation);
    expect(await readJobState.bind(ports)({ jobRun: '1', batch })).toEqual(active);
    expect(ports.cancelledJobRuns).toEqual([]);
  });
});
