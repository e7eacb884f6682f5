import { z } from 'zod';
import { AuditEntry } from '../../../medallion/audit/audit-entry.ts';
import { Execution, toSavedPlan } from '../../../medallion/reprocessing/plan.ts';
import { isRejected } from '../../../operations/rejected.ts';
import { createPlan } from '../../../operations/reprocessing/create-plan.ts';
import {
  rejectUnlessOpen,
  rejectUnlessRunning,
  skipRun as skip,
  toRetryRequest,
} from '../../../operations/runs/end-run.ts';
import { ReasonBody, recordAuditEntry } from '../audit.ts';
import { executeNow } from '../execute-now.ts';
import { findRun } from '../find-resource.ts';
import { Problem, toProblem } from '../problem.ts';
import { route } from '../route.ts';

const RunParams = z.strictObject({ id: z.string().min(1).max(128) });

export const cancelRun = route({
  name: 'cancelRun',
  path: 'api/runs/{id}/cancel',
  role: 'operator',
  summary: 'Ends a run, and its job in the workspace with it. What it has written stays until a later run repairs it.',
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
    const cancellation = `Cancelled by '${caller.actor}': ${reason}`;
    await context.ports.pipelineControl.requestCancellation(run.batch, cancellation);
    return entry;
  },
});

export const retryRun = route({
  name: 'retryRun',
  path: 'api/runs/{id}/retry',
  role: 'operator',
  summary: 'Tries a run again that was blocked, failed or cancelled: from the layer on at which it ended.',
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
    const plan = await createPlan(context.ports, toRetryRequest(run, decision), context.now());
    return isRejected(plan) ? toProblem(plan) : executeNow(context, toSavedPlan(plan), decision);
  },
});

export const skipRun = route({
  name: 'skipRun',
  path: 'api/runs/{id}/skip',
  role: 'operator',
  summary: 'Gives up a run that was blocked, failed or cancelled. Rows it has loaded wait for the next release.',
  params: RunParams,
  body: ReasonBody,
  answer: AuditEntry.extend({ files: z.int() }),
  problems: ['not_found', 'conflict'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const run = await findRun(context.ports, params.id);
    if (run instanceof Problem) return run;
    const rejected = rejectUnlessOpen(run);
    if (rejected) return toProblem(rejected);
    const entry = await recordAuditEntry(context, caller, { action: 'skip', target: run.batch, reason });
    return { ...entry, files: await skip(context.ports, run.batch, `Skipped by '${caller.actor}': ${reason}`) };
  },
});
