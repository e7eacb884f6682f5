import { describe, expect, it } from 'vitest';
import { maxFailures } from '../../medallion/runs/pipeline-state.ts';
import { chooseNextWork } from '../../operations/intake/choose-next-work.ts';
import { buildLayer } from '../../orchestrations/build-layer.ts';
import { waitForJob } from '../../orchestrations/wait-for-job.ts';
import { aLanding } from '../support/a-landing.ts';
import { createRun, toBatch } from '../support/batches.ts';
import { createFakePorts, type FakePorts } from '../support/fake-ports.ts';
import { play } from '../support/play.ts';
import { registerFiles } from '../support/register-files.ts';
import { batch, tuning } from '../support/samples.ts';

const building = { batch, layer: 'silver', upstreamVersions: { 'bronze.bpm': 1 }, tuning, mode: 'triggered' };
const away = { later: true, seconds: 0, reason: 'The workspace is away.' };

/** A job of 15 minutes, in a workspace that is away from the second to the twelfth. Answers when each poll was. */
function createWorkspace() {
  const polledAt: number[] = [];
  let seconds = 0;
  const readJobState = (sleep: () => number) => () => {
    const minutes = (seconds + sleep()) / 60;
    polledAt.push(minutes);
    if (minutes >= 2 && minutes < 12) return away;
    return minutes < 15 ? { state: 'active', detail: 'running' } : { state: 'succeeded' };
  };
  return {
    polledAt,
    /** One generation after the other, as the engine does. */
    waitForJob: (input: never): unknown => {
      for (let next: unknown = input; ; ) {
        const slept = { seconds: 0 };
        const { calls, continued, output } = playSleeping(
          next,
          slept,
          readJobState(() => slept.seconds),
        );
        expect(calls.length).toBeGreaterThan(0);
        seconds += slept.seconds;
        if (continued === undefined) return output;
        next = continued;
      }
    },
  };
}

const start = Date.parse('2026-01-01T00:00:00Z');

/** The clock of the player begins anew with each generation, and goes with the timers. */
function playSleeping(input: unknown, slept: { seconds: number }, readJobState: () => unknown) {
  function* sleeping(context: Parameters<typeof waitForJob>[0]) {
    const { createTimer } = context.df;
    context.df.createTimer = (at) => {
      slept.seconds = (at.getTime() - start) / 1000;
      return createTimer(at);
    };
    return yield* waitForJob(context);
  }
  return play(sleeping, input, { readJobState });
}

describe('a workspace that is away for ten minutes', () => {
  it('costs the job that runs in it nothing, and its layer no second one', () => {
    const workspace = createWorkspace();
    const { calls, output } = play(buildLayer, building, {
      submitJob: () => ({ kind: 'accepted', jobRun: '42' }),
      waitForJob: workspace.waitForJob,
      readReport: () => ({ kind: 'present', versions: { 'silver.users': 2 } }),
    });
    expect(calls).toEqual(['submitJob', 'waitForJob', 'readReport']);
    expect(output).toEqual({ jobRuns: ['42'], versions: { 'silver.users': 2 } });
    expect(workspace.polledAt.filter((minutes) => minutes >= 2 && minutes < 12)).not.toEqual([]);
    expect(workspace.polledAt.at(-1)).toBeGreaterThanOrEqual(15);
  });
});

describe('a cause that breaks every run', () => {
  /** One look a minute. A run ends within its minute, and breaks down until the cause is gone. */
  async function live(ports: FakePorts, minutes: number, mendedAt: number): Promise<string[]> {
    const outcomes: string[] = [];
    for (let minute = 1; minute <= minutes; minute++) {
      await registerFiles(ports, [{ path: `bpm/${minute}` }]);
      const work = await chooseNextWork(ports, { batch: toBatch(minute), maxFiles: 100 });
      if (work.kind !== 'formed') continue;
      const outcome = minute < mendedAt ? 'failed' : 'published';
      outcomes.push(outcome);
      await ports.runs.save(createRun(minute, outcome));
      await ports.unreleasedBatches.markReleased([toBatch(minute)]);
    }
    return outcomes;
  }

  it('halts the pipeline, which goes on without a person once the cause is gone', async () => {
    const ports = createFakePorts({ datasets: [aLanding('bpm')] });
    const outcomes = await live(ports, 90, 40);
    const failed = outcomes.filter((outcome) => outcome === 'failed').length;
    expect(outcomes.slice(0, failed).every((outcome) => outcome === 'failed')).toBe(true);
    // One run tries while the cause is there. Without a halt there were 39.
    expect(failed).toBe(maxFailures + 1);
    expect(outcomes.length).toBeGreaterThan(failed + 10);
    expect(await ports.pipelineControl.getState()).toMatchObject({ state: 'running', actor: 'pipeline' });
    const acts = (await ports.auditLog.list({}, 10)).rows.map(({ action, actor }) => `${actor} ${action}`);
    expect(acts.toSorted()).toEqual(['pipeline halt', 'pipeline resume']);
    expect(await ports.queue.count()).toBe(0);
  });
});
