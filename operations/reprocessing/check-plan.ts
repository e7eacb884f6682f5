import type { Ports } from '../../medallion/ports/index.ts';
import { describePlanChange, type SavedPlan } from '../../medallion/reprocessing/plan.ts';
import type { Rejected } from '../rejected.ts';

/** A plan has few entries: that of its creation, and one for each call to execute it. */
const maxEntries = 20;

/** Rejects a plan whose text is not the one that the audit log has, or of which the audit log has none. */
export async function rejectChangedPlan(
  { auditLog }: Pick<Ports, 'auditLog'>,
  saved: SavedPlan,
): Promise<Rejected | undefined> {
  const { rows } = await auditLog.list({ target: saved.plan.plan }, maxEntries);
  const approved = rows.find(({ planHash }) => planHash !== undefined)?.planHash;
  if (approved === saved.hash) return undefined;
  const change =
    approved === undefined
      ? `Nothing in the audit log says that plan '${saved.plan.plan}' was created.`
      : describePlanChange(saved, approved);
  const reason = `${change} Create a new plan.`;
  return { kind: 'rejected', code: 'plan_outdated', reason, changedInputs: [change] };
}
