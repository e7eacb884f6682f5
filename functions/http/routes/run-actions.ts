import { z } from 'zod';
import { AuditEntry } from '../../../medallion/audit/audit-entry.ts';
import { Execution } from '../../../medallion/reprocessing/plan.ts';
import { isRejected } from '../../../operations/rejected.ts';
import {
  cancelRun as cancel,
  rejectUnlessOpen,
  rejectUnlessRunning,
  rejectUnlessSkippable,
  skipRun as skip,
} from '../../../operations/runs/end-run.ts';
import { retryRun as retry } from '../../../operations/runs/retry-run.ts';
import { ReasonBody, recordAuditEntry } from '../audit.ts';
import { findRun } from '../find-resource.ts';
import { createPlanName } from '../plan-name.ts';
import { Problem, toProblem } from '../problem.ts';
import { route } from '../route.ts';

const RunParams = z.strictObject({ id: z.string().min(1).max(128) });

export const cancelRun = route({
  name: 'cancelRun',
  path: 'api/runs/{id}/cancel',
  role: 'operator',
  summary: 'Ends a run, and its job in the workspace with it. Its files that are in no release stay out until a retry.',
  params: RunParams,
  body: ReasonBody,
  status: 202,
  answer: AuditEntry,
  problems: ['not_found', 'conflict'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const run = await findRun(context.ports, params.id);
    if (run instanceof Problem) return run;
    const rejected = rejectUnlessRunning(run);
    if (rejected) return toProblem(rejected);
    const entry = await recordAuditEntry(context, caller, { action: 'cancel', target: run.batch, reason });
    await cancel(context.ports, run.batch, `Cancelled by '${caller.actor}': ${reason}`);
    return entry;
  },
});

export const retryRun = route({
  name: 'retryRun',
  path: 'api/runs/{id}/retry',
  role: 'operator',
  summary:
    'Tries a run again that was blocked or failed, from the layer on at which it ended. Takes back that a run was cancelled.',
  params: RunParams,
  body: ReasonBody,
  status: 202,
  answer: Execution,
  problems: ['not_found', 'conflict', 'empty_selection', 'selection_too_large', 'plan_outdated'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const run = await findRun(context.ports, params.id);
    if (run instanceof Problem) return run;
    const rejected = rejectUnlessOpen(run);
    if (rejected) return toProblem(rejected);
    const decision = { actor: caller.actor, reason };
    await recordAuditEntry(context, caller, { action: 'retry', target: run.batch, reason });
    const execution = await retry(context.ports, run, { ...decision, plan: createPlanName(context) }, context.now());
    if (isRejected(execution)) return toProblem(execution);
    await context.engine.wake();
    return execution;
  },
});

export const skipRun = route({
  name: 'skipRun',
  path: 'api/runs/{id}/skip',
  role: 'operator',
  summary: 'Gives up a run that was blocked, failed or cancelled, and excludes its files that are in no release.',
  params: RunParams,
  body: ReasonBody,
  answer: AuditEntry.extend({ files: z.int() }),
  problems: ['not_found', 'conflict'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const run = await findRun(context.ports, params.id);
    if (run instanceof Problem) return run;
    const rejected = rejectUnlessSkippable(run);
    if (rejected) return toProblem(rejected);
    const entry = await recordAuditEntry(context, caller, { action: 'skip', target: run.batch, reason });
    const count = await skip(context.ports, run.batch, `Skipped by '${caller.actor}': ${reason}`);
    await context.engine.wake();
    return { ...entry, files: count };
  },
});
