import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import { ask, change, type Health, type Operator, OperatorAway, type Stream } from '../operator.ts';
import { UserError } from '../user-error.ts';

interface Hold {
  /** What is being deployed. It is part of the reason that the audit log keeps. */
  readonly release: string;
  readonly patienceSeconds: number;
  readonly pollSeconds: number;
}

/** What was paused with this reason is resumed after a deployment, and nothing that a person paused. */
const prefix = 'deployment ';

/** A batch that has just been formed has no run yet, so one look at a quiet operator is not enough. */
const quietLooks = 2;

const aliveStatuses = ['Running', 'Pending', 'Suspended', 'ContinuedAsNew'];

/**
 * Pauses the pipeline and the streams, and waits until no run, no stream and no orchestration is alive: code and jobs are not
 * changed under them. After too long a wait everything goes on as before, and the error names what is in the way.
 */
export async function holdPipeline(operator: Operator, hold: Hold): Promise<void> {
  const reason = `${prefix}${hold.release}`;
  const { pipelineState } = await ask<Health>(operator, 'status');
  if (pipelineState === undefined || pipelineState.state === 'running')
    await change(operator, 'POST', 'pipeline/pause', { reason, mayPublish: true });
  for (const { layer, mode, paused } of await listStreams(operator))
    if (mode === 'continuous' && !paused) await change(operator, 'PATCH', `streams/${layer}`, { paused: true, reason });
  const busy = await waitUntilQuiet(operator, hold);
  if (busy.length === 0) return;
  await resumePipeline(operator, hold.release);
  throw new UserError(
    `Nothing was deployed, since this is still at work: ${busy.join(', ')}. Deploy again when it has ended.`,
  );
}

/** Lets go on what `holdPipeline` has paused, also in an earlier deployment that failed. */
export async function resumePipeline(operator: Operator, release: string): Promise<void> {
  const reason = `${prefix}${release}`;
  for (const { layer, paused } of await listStreams(operator))
    if (paused && (await isPausedByDeployment(operator, layer)))
      await change(operator, 'PATCH', `streams/${layer}`, { paused: false, reason });
  const { pipelineState } = await ask<Health>(operator, 'status');
  if (pipelineState?.state === 'paused' && pipelineState.reason.startsWith(prefix))
    await change(operator, 'POST', 'pipeline/resume', { reason });
}

const listStreams = async (operator: Operator): Promise<Stream[]> =>
  (await ask<{ streams: Stream[] }>(operator, 'streams')).streams;

/** Streams keep no reason, but the audit log does: under the layer, or under all of them. */
async function isPausedByDeployment(operator: Operator, layer: string): Promise<boolean> {
  const newest: AuditEntry[] = [];
  for (const target of [`streams/${layer}`, 'streams/all']) {
    const { entries } = await ask<{ entries: AuditEntry[] }>(operator, `audit-log?target=${target}&limit=1`);
    newest.push(...entries);
  }
  const [last] = newest.toSorted((a, b) => b.at.localeCompare(a.at));
  return last?.action === 'pause' && last.reason.startsWith(prefix);
}

/** What is at work after the patience is over; nothing as soon as the operator is quiet. */
async function waitUntilQuiet(operator: Operator, { patienceSeconds, pollSeconds }: Hold): Promise<string[]> {
  const deadline = Date.now() + patienceSeconds * 1000;
  for (let quiet = 0; ; ) {
    const busy = await listBusy(operator);
    quiet = busy.length === 0 ? quiet + 1 : 0;
    if (quiet === quietLooks || (busy.length > 0 && Date.now() >= deadline)) return busy;
    await sleep(pollSeconds * 1000);
  }
}

/** An operator that is away for one look may be at work. */
async function listBusy(operator: Operator): Promise<string[]> {
  try {
    return await listAtWork(operator);
  } catch (error) {
    if (error instanceof OperatorAway) return ['the operator, which does not answer'];
    throw error;
  }
}

async function listAtWork(operator: Operator): Promise<string[]> {
  const { isPublishing, orchestrationStatus, pipelineState, runningRuns } = await ask<Health>(operator, 'status');
  // One that is halted goes on trying, and the deployment may be what it waits for.
  const isPaused = pipelineState?.state === 'paused';
  const streams = await listStreams(operator);
  const atWork = streams.filter(({ state }) => state !== undefined && !['drained', 'halted'].includes(state));
  return [
    ...runningRuns.map((run) => `run '${run}'`),
    ...atWork.map(({ layer }) => `the stream of '${layer}'`),
    ...(isPaused && aliveStatuses.includes(orchestrationStatus) ? ["the orchestration 'pipeline'"] : []),
    ...(isPaused && isPublishing ? ["the orchestration 'publishStreams'"] : []),
  ];
}
