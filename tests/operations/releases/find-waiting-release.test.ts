import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { findWaitingRelease } from '../../../operations/releases/find-waiting-release.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

async function find(...runs: readonly RunRecord[]) {
  const ports = createFakePorts();
  for (const run of runs) await ports.runs.save(run);
  return findWaitingRelease(ports);
}

const ofStreams = { batches: [toBatch(7), toBatch(8)], reason: 'A rule blocks it.' };

describe('findWaitingRelease', () => {
  it.for(['blocked', 'failed'] as const)('is the last run of the streams, if it has %s', async (outcome) => {
    const run = createRun(1, outcome, ofStreams);
    const { batch, startedAt } = run;
    const waiting = { batch, startedAt, reason: ofStreams.reason, batches: 2 };
    expect(await find(createRun(0, 'published'), run)).toEqual(waiting);
  });

  it.for([
    { title: 'a run that readers see', runs: [createRun(1, 'published', ofStreams)] },
    { title: 'a run of one batch', runs: [createRun(1, 'blocked', { reason: 'A rule blocks it.' })] },
    { title: 'one that was published since', runs: [createRun(1, 'blocked', ofStreams), createRun(2, 'published')] },
    { title: 'none at all', runs: [] },
  ])('is not there after $title', async ({ runs }) => {
    expect(await find(...runs)).toBeUndefined();
  });
});
