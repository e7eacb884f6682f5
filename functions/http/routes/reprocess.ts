import { z } from 'zod';
import type { Ports } from '../../../medallion/ports/index.ts';
import { Execution, Plan, PlanId, PlannedFile, toSavedPlan } from '../../../medallion/reprocessing/plan.ts';
import { Selection } from '../../../medallion/reprocessing/selection.ts';
import { isRejected } from '../../../operations/rejected.ts';
import { rejectChangedPlan } from '../../../operations/reprocessing/check-plan.ts';
import { createPlan as create } from '../../../operations/reprocessing/create-plan.ts';
import { rejectUnlessQueued, withdrawPlan as withdraw } from '../../../operations/reprocessing/withdraw-plan.ts';
import { ReasonBody, recordAuditEntry } from '../audit.ts';
import { executeNow } from '../execute-now.ts';
import { findPlan } from '../find-resource.ts';
import { createPlanName } from '../plan-name.ts';
import { Problem, toProblem } from '../problem.ts';
import { Reason, route } from '../route.ts';

const maxFilesShown = 20;

/** A plan as it is shown: its files are counted, and listed elsewhere. */
const ShownPlan = Plan.omit({ files: true, definitions: true }).extend({
  files: z.object({
    count: z.int(),
    bytes: z.int(),
    first: z.array(PlannedFile),
  }),
  execution: Execution.optional(),
});

const PlanParams = z.strictObject({ plan: z.string().min(1).max(128) });

function toShownPlan({ definitions: _, files, ...plan }: Plan, execution?: Execution): z.input<typeof ShownPlan> {
  const bytes = files.reduce((sum, { length }) => sum + length, 0);
  return {
    ...plan,
    files: { count: files.length, bytes, first: files.slice(0, maxFilesShown) },
    ...(execution ? { execution } : {}),
  };
}

export const createPlan = route({
  name: 'createPlan',
  path: 'api/reprocess',
  role: 'operator',
  summary: 'Creates a plan to compute something anew, and saves it. Nothing runs.',
  body: z.strictObject({ selection: Selection, reason: Reason }),
  status: 201,
  answer: ShownPlan,
  problems: ['empty_selection', 'selection_too_large', 'unknown_dataset', 'query_failed'],
  handle: async (context, { body, caller }) => {
    const unknown = rejectUnknownDataset(context.ports, body.selection);
    if (unknown) return unknown;
    const request = { ...body, actor: caller.actor, plan: createPlanName(context) };
    const plan = await create(context.ports, request, context.now());
    if (isRejected(plan)) return toProblem(plan);
    const { hash: planHash } = toSavedPlan(plan);
    await recordAuditEntry(context, caller, {
      action: 'create_plan',
      target: plan.plan,
      planHash,
      reason: body.reason,
    });
    return toShownPlan(plan);
  },
});

/** Files are selected only where they are taken from. */
function rejectUnknownDataset({ datasets }: Pick<Ports, 'datasets'>, selection: Selection): Problem | undefined {
  if (!('files' in selection)) return undefined;
  const { dataset, path } = selection.files;
  const names = datasets.map((contract) => contract.dataset);
  const selected = [dataset, path?.split('/')[0]].filter((name) => name !== undefined);
  const unknown = selected.find((name) => !names.includes(name) && !/[*?]/.test(name));
  if (unknown === undefined) return undefined;
  return new Problem('unknown_dataset', `'${unknown}' is not a known dataset; known are ${names.join(', ')}.`);
}

export const plan = route({
  name: 'plan',
  path: 'api/reprocess/{plan}',
  role: 'reader',
  summary: 'A saved plan, and its execution if there is one.',
  params: PlanParams,
  answer: ShownPlan,
  problems: ['not_found'],
  handle: async ({ ports }, { params }) => {
    const saved = await findPlan(ports, params.plan);
    return saved instanceof Problem ? saved : toShownPlan(saved.plan, await ports.plans.getExecution(saved.plan.plan));
  },
});

export const planFiles = route({
  name: 'planFiles',
  path: 'api/reprocess/{plan}/files',
  role: 'reader',
  summary: 'The exact files and versions of a plan.',
  params: PlanParams,
  query: z.strictObject({
    limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
    after: z.coerce.number<string>().int().min(0).max(1_000_000).default(0),
  }),
  answer: z.object({ files: z.array(PlannedFile), next: z.string().optional() }),
  problems: ['not_found'],
  handle: async ({ ports }, { params, query: { after, limit } }) => {
    const saved = await findPlan(ports, params.plan);
    if (saved instanceof Problem) return saved;
    const { files } = saved.plan;
    const end = after + limit;
    return { files: files.slice(after, end), ...(end < files.length ? { next: String(end) } : {}) };
  },
});

export const executePlan = route({
  name: 'executePlan',
  path: 'api/reprocess/{plan}/execute',
  role: 'operator',
  summary: 'Runs exactly that plan, once. Rejected, with what changed, if its inputs are no longer the same.',
  params: PlanParams,
  body: ReasonBody,
  status: 202,
  answer: Execution,
  problems: ['not_found', 'conflict', 'plan_expired', 'plan_outdated'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const saved = await findPlan(context.ports, params.plan);
    if (saved instanceof Problem) return saved;
    const changed = await rejectChangedPlan(context.ports, saved);
    if (changed) return toProblem(changed);
    const target = saved.plan.plan;
    await recordAuditEntry(context, caller, { action: 'execute_plan', target, planHash: saved.hash, reason });
    return executeNow(context, saved, { actor: caller.actor, reason });
  },
});

export const withdrawPlan = route({
  name: 'withdrawPlan',
  path: 'api/reprocess/{plan}/withdraw',
  role: 'operator',
  summary: 'Takes back the execution of a plan that still waits. What runs already is cancelled by its run.',
  params: PlanParams,
  body: ReasonBody,
  answer: Execution,
  problems: ['not_found', 'conflict'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const { ports } = context;
    // The text is not read: a plan whose text is broken has to be taken back, too.
    const id = PlanId.safeParse(params.plan);
    if (!id.success) return new Problem('not_found', `No plan is saved as '${params.plan}'.`);
    const rejected = rejectUnlessQueued(id.data, await ports.plans.getExecution(id.data));
    if (rejected) return toProblem(rejected);
    await recordAuditEntry(context, caller, { action: 'withdraw_plan', target: id.data, reason });
    const execution = await withdraw(ports, id.data);
    return isRejected(execution) ? toProblem(execution) : execution;
  },
});
