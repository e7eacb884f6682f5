import type { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import {
  hasProbePassed,
  isProbeDue,
  maxFailures,
  type PipelineState,
  shouldHalt,
} from '../../medallion/runs/pipeline-state.ts';

type StatePorts = Pick<Ports, 'auditLog' | 'pipelineControl' | 'runs'>;

/**
 * Whether the pipeline takes up work now. `isProbe`: to try whether the cause of a halt is gone. `hasHalted`: it has just
 * been halted. `isPaused`: only a person resumes it.
 */
export type Readiness =
  | { readonly kind: 'open'; readonly isProbe?: boolean }
  | {
      readonly kind: 'closed';
      readonly reason: string;
      readonly hasHalted?: boolean;
      readonly isPaused?: boolean;
    };

/**
 * Nobody takes up new work while too many runs in a row broke down. From time to time one run tries whether the cause is
 * gone, and if it ends well the pipeline goes on by itself. A person may resume it at any time.
 */
export async function checkReadiness(ports: StatePorts, now: Date): Promise<Readiness> {
  const state = await ports.pipelineControl.getState();
  if (state?.state === 'paused') return { kind: 'closed', reason: state.reason, isPaused: true };
  if (state?.state === 'halted') return probe(ports, state, now);
  const newest = (await ports.runs.list(maxFailures)).rows;
  return shouldHalt(newest, state ?? { at: '' }) ? halt(ports, state, now) : { kind: 'open' };
}

/** The state first: a pipeline that was halted and says so nowhere is looked at, one that only says so is not halted. */
async function halt(ports: StatePorts, before: PipelineState | undefined, now: Date): Promise<Readiness> {
  const reason = `The last ${maxFailures} runs failed, one after another.`;
  const halted = await ports.pipelineControl.updateState((current) =>
    // Whoever resumed it meanwhile has looked.
    current?.at === before?.at ? { state: 'halted', actor: 'pipeline', reason, at: now.toISOString() } : undefined,
  );
  if (!halted) return { kind: 'closed', reason: 'Somebody has just changed the state of the pipeline.' };
  await ports.auditLog.recordOnce(toEntry('halt', halted));
  return { kind: 'closed', reason, hasHalted: true };
}

async function probe(ports: StatePorts, halted: PipelineState, now: Date): Promise<Readiness> {
  // Whoever halted it may have gone before the audit log knew of it.
  await ports.auditLog.recordOnce(toEntry('halt', halted));
  const [newest] = (await ports.runs.list(1)).rows;
  const isSame = (current: PipelineState | undefined) => current?.at === halted.at && current.probes === halted.probes;
  if (hasProbePassed(newest, halted)) {
    const reason = `Run '${newest?.batch}' tried whether the cause was gone, and ended well.`;
    const resumed = { state: 'running', actor: 'pipeline', reason, at: now.toISOString() } as const;
    const running = await ports.pipelineControl.updateState((current) => (isSame(current) ? resumed : undefined));
    if (running) await ports.auditLog.recordOnce(toEntry('resume', running));
    return running ? { kind: 'open' } : { kind: 'closed', reason: halted.reason };
  }
  // Asked again for the same batch, it is the same try.
  if (halted.probedAt === now.toISOString()) return { kind: 'open', isProbe: true };
  if (newest?.outcome === 'running' || !isProbeDue(halted, now)) return { kind: 'closed', reason: halted.reason };
  const probes = (halted.probes ?? 0) + 1;
  const probing = await ports.pipelineControl.updateState((current) =>
    isSame(current) ? { ...halted, probes, probedAt: now.toISOString() } : undefined,
  );
  return probing ? { kind: 'open', isProbe: true } : { kind: 'closed', reason: halted.reason };
}

const toEntry = (action: 'halt' | 'resume', { at, reason }: PipelineState): AuditEntry => ({
  entry: `${action}-${Date.parse(at)}`,
  at,
  actor: 'pipeline',
  action,
  target: 'pipeline',
  reason,
});
