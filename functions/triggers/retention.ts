import type { InvocationContext } from '@azure/functions';
import { type DurableClient, OrchestrationRuntimeStatus } from 'durable-functions';
import { formatEvent } from '../../medallion/events.ts';
import { applyRetention } from '../../operations/retention/apply-retention.ts';

const endedStatuses = [
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
];

/** Takes away what has been kept for long enough, and says how it ended. */
export async function retention(
  ports: Parameters<typeof applyRetention>[0],
  client: Pick<DurableClient, 'purgeInstanceHistoryBy'>,
  log: Pick<InvocationContext, 'info' | 'warn'>,
  now: Date = new Date(),
): Promise<void> {
  const purgeOrchestrations = async (before: Date) => {
    const filter = { createdTimeFrom: new Date(0), createdTimeTo: before, runtimeStatus: endedStatuses };
    return (await client.purgeInstanceHistoryBy(filter)).instancesDeleted;
  };
  const { failures, ...counts } = await applyRetention(ports, purgeOrchestrations, now);
  for (const { reason, subject } of failures) log.warn(formatEvent('retention.failed', now, { subject, reason }));
  log.info(formatEvent('retention.finished', now, counts));
}
