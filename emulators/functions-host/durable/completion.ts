import { randomUUID } from 'node:crypto';
import { EventType, type HistoryEvent, type ParentInstance, toTimestamp } from './events.ts';
import { hasEnded, type Instance, type Status } from './instance.ts';
import { createReplayState, type ReplayState, type Request } from './replay-state.ts';
import type { TaskHub } from './task-hub.ts';

interface FinishedEpisode {
  readonly instance: Instance;
  readonly replayState: ReplayState;
  readonly events: readonly HistoryEvent[];
  readonly status: Status;
  /** Of one that continues as new, the input of the next generation. */
  readonly output: unknown;
}

export function createExecutionId(): string {
  return randomUUID().replaceAll('-', '');
}

/** How generations end and begin. Everything here runs inside the transaction of an episode. */
export class Completion {
  readonly #hub: TaskHub;

  constructor(hub: TaskHub) {
    this.#hub = hub;
  }

  finish({ instance, replayState, events, status, output }: FinishedEpisode): void {
    const { instances } = this.#hub;
    const now = replayState.clock;
    const text = JSON.stringify(output ?? null);
    const completed = {
      EventType: EventType.ExecutionCompleted,
      EventId: replayState.nextId,
      Timestamp: toTimestamp(now),
      OrchestrationStatus: status,
      Result: text,
    };
    instances.append(instance.id, [...events, completed]);
    instances.update({ ...instance, status, output: text, updated: now, isSuspended: 0 }, replayState);
    instances.dropLeftovers(instance.id, instance.execution);
    instances.dropFromMemory(instance.id);
    if (instance.parent) this.#notifyParent(JSON.parse(instance.parent) as ParentInstance, status, text, now);
  }

  continueAsNew({ instance, replayState, events, output }: Omit<FinishedEpisode, 'status'>): void {
    const { instances } = this.#hub;
    const now = replayState.clock;
    const next = {
      ...instance,
      execution: createExecutionId(),
      input: JSON.stringify(output ?? null),
      status: 'Running' as const,
      updated: now,
    };
    instances.keepGeneration(instance, next.input, events);
    instances.clearHistory(instance.id);
    instances.dropLeftovers(instance.id, instance.execution);
    instances.update(next, createReplayState(replayState.clock));
    const parent = instance.parent ? (JSON.parse(instance.parent) as ParentInstance) : null;
    instances.begin({ ...next, parent });
  }

  startChild(
    parent: Instance,
    { request, id, task }: { readonly request: Request; readonly id: string; readonly task: number },
  ): void {
    const { instances, registry, clock } = this.#hub;
    const old = instances.find(id);
    if (old && !hasEnded(old)) {
      this.#failChild(
        parent,
        task,
        `An instance with the id '${id}' is ${old.status} already; give the child another id.`,
      );
      return;
    }
    if (!registry.findOrchestrator(request.name)) {
      this.#failChild(parent, task, registry.describeMissing(request.name, 'an orchestrator'));
      return;
    }
    instances.create({
      id,
      execution: createExecutionId(),
      name: request.name,
      input: request.input ?? 'null',
      now: clock.now(),
      version: request.version ?? registry.defaultVersion,
      parent: {
        OrchestrationInstance: { InstanceId: parent.id, ExecutionId: parent.execution },
        TaskScheduleId: task,
        Name: parent.name,
      },
    });
  }

  #failChild(parent: Instance, task: number, reason: string): void {
    const failed = { EventType: EventType.SubOrchestrationInstanceFailed, EventId: -1, TaskScheduledId: task };
    const { instances, clock } = this.#hub;
    instances.post(parent.id, parent.execution, clock.now(), { ...failed, Reason: reason, Details: '' });
  }

  #notifyParent(parent: ParentInstance, status: Status, output: string, now: number): void {
    const { InstanceId, ExecutionId } = parent.OrchestrationInstance;
    const common = { EventId: -1, TaskScheduledId: parent.TaskScheduleId };
    const event =
      status === 'Completed'
        ? { EventType: EventType.SubOrchestrationInstanceCompleted, ...common, Result: output }
        : {
            EventType: EventType.SubOrchestrationInstanceFailed,
            ...common,
            Reason: String(JSON.parse(output)),
            Details: '',
          };
    this.#hub.instances.post(InstanceId, ExecutionId, now, event);
  }
}
