import { formatSpan } from '../settings.ts';
import type { TimerLimits } from './episode.ts';
import type { ParentInstance } from './events.ts';
import type { Instance } from './instance.ts';

// Failures carry Reason and Details; the next number would promise FailureDetails.
const schemaV3 = 2;

/** What an orchestrator receives. History and input are JSON already and are pasted in, since histories can be long. */
export function createTriggerValue(instance: Instance, history: readonly string[], limits: TimerLimits): string {
  const parent = instance.parent ? (JSON.parse(instance.parent) as ParentInstance) : undefined;
  const rest = JSON.stringify({
    instanceId: instance.id,
    isReplaying: history.length > 2,
    parentInstanceId: parent?.OrchestrationInstance.InstanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: schemaV3,
    longRunningTimerIntervalDuration: formatSpan(limits.chunkMs),
    maximumShortTimerDuration: formatSpan(limits.maxShortTimerMs),
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  });
  return `{"history":[${history.join(',')}],"input":${instance.input},${rest.slice(1)}`;
}
