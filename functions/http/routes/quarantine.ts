import { z } from 'zod';
import { AuditEntry } from '../../../medallion/audit/audit-entry.ts';
import { isQuarantined, RegisteredFile } from '../../../medallion/files/file.ts';
import { Execution, toSavedPlan } from '../../../medallion/reprocessing/plan.ts';
import { FileSelection } from '../../../medallion/reprocessing/selection.ts';
import { QuarantinedLine, readQuarantinedLines } from '../../../operations/quarantine/read-lines.ts';
import { isRejected } from '../../../operations/rejected.ts';
import { createPlan } from '../../../operations/reprocessing/create-plan.ts';
import { ReasonBody, recordAuditEntry } from '../audit.ts';
import { mayCall } from '../caller.ts';
import { executeNow } from '../execute-now.ts';
import { findFile } from '../find-resource.ts';
import { createPlanName } from '../plan-name.ts';
import { Problem, toProblem } from '../problem.ts';
import { Paging, Reason, route } from '../route.ts';

const Text = z.string().min(1).max(128);
const FileParams = z.strictObject({ file: Text });
const Flag = z.enum(['true', 'false']).default('false');

export const quarantine = route({
  name: 'quarantine',
  path: 'api/quarantine',
  role: 'reader',
  summary:
    'Files with quarantined lines, with how many break which rule, and files set aside as a whole, with the reason. A page may hold fewer than the limit.',
  query: z.strictObject({ ...Paging, dataset: Text.optional(), rule: Text.optional(), dismissed: Flag }),
  answer: z.object({ files: z.array(RegisteredFile), next: z.string().optional() }),
  handle: async ({ ports }, { query: { after, dataset, dismissed, limit, rule } }) => {
    const filter = { dataset, dismissed: dismissed === 'true' };
    const { next, rows } = await ports.files.listQuarantined(filter, limit, after);
    const files = rows.filter(
      ({ status, violations }) =>
        status !== 'superseded' && status !== 'excluded' && (rule === undefined || (violations?.[rule] ?? 0) > 0),
    );
    return { files, ...(next ? { next } : {}) };
  },
});

export const quarantinedLines = route({
  name: 'quarantinedLines',
  path: 'api/quarantine/{file}/lines',
  role: 'reader',
  summary:
    'The quarantined lines of one file, with personal columns masked. The role privacy sees them with `unmasked=true` and a reason, which goes into the audit log.',
  mayBeStored: false,
  params: FileParams,
  query: z.strictObject({
    limit: z.coerce.number<string>().int().min(1).max(200).default(50),
    after: z.coerce
      .number<string>()
      .int()
      .min(0)
      .max(2 ** 31)
      .default(0),
    unmasked: Flag,
    reason: Reason.optional(),
  }),
  answer: z.object({ lines: z.array(QuarantinedLine), next: z.string().optional() }),
  problems: ['not_found', 'query_failed'],
  handle: async (context, { caller, params, query: { after, limit, reason, unmasked } }) => {
    const isMasked = unmasked === 'false';
    if (!isMasked && !mayCall(caller, 'privacy'))
      return new Problem('forbidden', "Unmasked lines need the app role 'privacy'. An administrator assigns it.");
    if (!isMasked && reason === undefined)
      return new Problem('invalid_request', 'Unmasked lines need a `reason`, which is written into the audit log.');
    const file = await findFile(context.ports, params.file);
    if (file instanceof Problem) return file;
    if (reason !== undefined && !isMasked)
      await recordAuditEntry(context, caller, { action: 'unmask', target: file.file, reason });
    const lines = await readQuarantinedLines(context.ports, file, { after, isMasked, max: limit + 1 });
    if (isRejected(lines)) return toProblem(lines);
    const page = lines.slice(0, limit);
    return { lines: page, ...(lines.length > limit ? { next: String(page.at(-1)?.line) } : {}) };
  },
});

export const replayQuarantine = route({
  name: 'replayQuarantine',
  path: 'api/quarantine/replay',
  role: 'operator',
  summary: 'Reads files again whose lines are quarantined, after a rule or the source was corrected.',
  body: z.strictObject({ ...FileSelection.shape, reason: Reason }),
  status: 202,
  answer: Execution,
  problems: ['conflict', 'empty_selection', 'selection_too_large', 'plan_outdated', 'plan_expired', 'query_failed'],
  handle: async (context, { body: { reason, ...conditions }, caller }) => {
    const files = FileSelection.safeParse(conditions);
    if (!files.success)
      return new Problem('invalid_request', `Give at least one of: ${Object.keys(FileSelection.shape).join(', ')}.`);
    const named = { plan: createPlanName(context), actor: caller.actor, reason };
    const request = { ...named, selection: { files: files.data } };
    const plan = await createPlan(context.ports, request, context.now());
    if (isRejected(plan)) return toProblem(plan);
    const saved = toSavedPlan(plan);
    await recordAuditEntry(context, caller, { action: 'replay', target: plan.plan, planHash: saved.hash, reason });
    return executeNow(context, saved, { actor: caller.actor, reason });
  },
});

export const dismissQuarantine = route({
  name: 'dismissQuarantine',
  path: 'api/quarantine/{file}/dismiss',
  role: 'operator',
  summary: 'Dismisses the quarantined lines of a file, or a file that was set aside as a whole. The lines are kept.',
  params: FileParams,
  body: ReasonBody,
  answer: AuditEntry,
  problems: ['not_found', 'conflict'],
  handle: async (context, { body, caller, params }) => {
    const file = await findFile(context.ports, params.file);
    if (file instanceof Problem) return file;
    if (!isQuarantined(file)) return new Problem('conflict', `File '${file.file}' has nothing in quarantine.`);
    const action = { action: 'dismiss', target: file.file, reason: body.reason } as const;
    const entry = await recordAuditEntry(context, caller, action);
    await context.ports.files.dismissQuarantine(file, `Dismissed by '${caller.actor}': ${body.reason}`);
    return entry;
  },
});
