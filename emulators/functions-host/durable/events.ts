/** History events of the protocol, by the numbers that travel. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
  GenericEvent: 17,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

export interface ParentInstance {
  readonly OrchestrationInstance: { readonly InstanceId: string; readonly ExecutionId: string };
  readonly TaskScheduleId: number;
  readonly Name: string;
}

/** `EventId` is -1 for what comes in from outside, else the id of the task. */
export interface HistoryEvent {
  readonly EventType: number;
  readonly EventId: number;
  readonly IsPlayed?: boolean;
  readonly Timestamp?: string;
  readonly Name?: string;
  readonly Version?: string;
  readonly Input?: string | null;
  readonly InstanceId?: string;
  readonly OrchestrationInstance?: { readonly InstanceId: string; readonly ExecutionId: string };
  readonly ParentInstance?: ParentInstance | null;
  readonly TaskScheduledId?: number;
  readonly TimerId?: number;
  readonly FireAt?: string;
  readonly Result?: string | null;
  readonly Reason?: string | null;
  readonly Details?: string;
  readonly OrchestrationStatus?: string;
  readonly Data?: string;
}

export function getEventName(eventType: number): string {
  return Object.entries(EventType).find(([, number]) => number === eventType)?.[0] ?? String(eventType);
}

export function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
