import type { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Desk, IdempotentRequest, Republication, StoredResponse } from '../../medallion/ports/index.ts';
import type { Execution } from '../../medallion/reprocessing/plan.ts';
import type { PipelineState } from '../../medallion/runs/pipeline-state.ts';

export interface SmallDesk extends Desk {
  readonly kept: {
    readonly acts: AuditEntry[];
    pipelineState?: PipelineState;
    republished?: Republication;
    readonly cancellations: Map<string, string>;
    readonly executions: Map<string, Execution>;
    readonly generations: Map<string, string>;
    definitions: Record<string, string>;
    readonly files: RegisteredFile[];
    readonly requests: Map<string, IdempotentRequest & { answer?: StoredResponse }>;
  };
}

/** A desk of plain values. How the real one keeps its promises is tested against the emulator. */
export function smallDesk(files: readonly RegisteredFile[] = []): SmallDesk {
  const kept: SmallDesk['kept'] = {
    acts: [],
    cancellations: new Map(),
    executions: new Map(),
    generations: new Map(),
    definitions: {},
    files: [...files],
    requests: new Map(),
  };
  const change = (file: string, to: Partial<RegisteredFile>) => {
    const at = kept.files.findIndex((each) => each.file === file);
    if (at >= 0) kept.files[at] = { ...(kept.files[at] as RegisteredFile), ...to };
  };
  const executionsWhere = (isSo: (execution: Execution) => boolean) =>
    [...kept.executions.values()].filter(isSo).sort((a, b) => a.at.localeCompare(b.at))[0]?.plan;
  return {
    kept,
    record: async (entry) => void kept.acts.unshift(entry),
    acts: async ({ target }, most) => ({
      rows: kept.acts.filter((entry) => target === undefined || entry.target === target).slice(0, most),
    }),
    pipelineState: async () => kept.pipelineState,
    stand: async (pipelineState) => {
      kept.pipelineState = pipelineState;
    },
    republished: async () => kept.republished,
    republish: async (again) => {
      kept.republished = { ...again };
    },
    cancel: async (batch, reason) => void kept.cancellations.set(batch, reason),
    cancellation: async (batch) => kept.cancellations.get(batch),
    execute: async (wanted) => {
      if (!kept.executions.has(wanted.plan)) kept.executions.set(wanted.plan, wanted);
      return kept.executions.get(wanted.plan) as Execution;
    },
    execution: async (plan) => kept.executions.get(plan),
    queued: async () => executionsWhere(({ state }) => state === 'queued'),
    planOf: async (batch) => executionsWhere((each) => each.state === 'running' && each.batch === batch),
    proceed: async (next) => void kept.executions.set(next.plan, next),
    generation: async (layer) => kept.generations.get(layer),
    begin: async (layer, generation) => void kept.generations.set(layer, generation),
    definitions: async () => kept.definitions,
    define: async (definitions) => {
      kept.definitions = { ...kept.definitions, ...definitions };
    },
    latest: async (datasets, most) => ({
      rows: kept.files.filter(({ dataset }) => datasets.includes(dataset)).slice(0, most),
    }),
    reload: async (lines) => {
      for (const { batch, file } of lines) change(file, { batch, status: 'loading', reason: '', dismissed: '' });
    },
    quarantined: async ({ dataset, dismissed }, most) => ({
      rows: kept.files
        .filter((file) => (file.quarantined ?? 0) > 0 && ((file.dismissed ?? '') !== '') === dismissed)
        .filter((file) => dataset === undefined || file.dataset === dataset)
        .slice(0, most),
    }),
    dismiss: async ({ file }, reason) => change(file, { dismissed: reason }),
    claim: async (request) => {
      const known = kept.requests.get(request.id);
      if (!known) {
        kept.requests.set(request.id, request);
        return { kind: 'mine' };
      }
      if (known.content !== request.content) return { kind: 'other' };
      return known.answer ? { kind: 'answered', answer: known.answer } : { kind: 'in progress' };
    },
    storeResponse: async (request, answer) => void kept.requests.set(request.id, { ...request, answer }),
    release: async ({ id }) => void kept.requests.delete(id),
    forgetRequests: async (before) => {
      for (const { at, id } of [...kept.requests.values()]) if (at < before.toISOString()) kept.requests.delete(id);
    },
  };
}
