import { randomUUID } from 'node:crypto';
import { EventType, type HistoryEvent, type ParentInstance, timestamp } from './events.ts';
import { hasEnded, type Instance, type Status } from './instances.ts';
import { emptyLedger, type Ledger, type Request } from './replay-state.ts';
import type { TaskHub } from './task-hub.ts';

interface Ending {
  readonly instance: Instance;
  readonly ledger: Ledger;
  readonly events: readonly HistoryEvent[];
  readonly status: Status;
  readonly output: unknown;
}

export function newExecution(): string {
  return randomUUID().replaceAll('-', '');
}

/** How generations end and begin. Everything here runs inside the transaction of a turn. */
export class Endings {
  readonly #hub: TaskHub;

  constructor(hub: TaskHub) {
    this.#hub = hub;
  }

  finish({ instance, ledger, events, status, output }: Ending): void {
    const { instances } = this.#hub;
    const now = ledger.clock;
    const text = JSON.stringify(output ?? null);
    const completed = {
      ...{ EventType: EventType.ExecutionCompleted, EventId: ledger.nextId, Timestamp: timestamp(now) },
      ...{ OrchestrationStatus: status, Result: text },
    };
    instances.append(instance.id, [...events, completed]);
    instances.update({ ...instance, status, output: text, updated: now, isSuspended: 0 }, ledger);
    instances.dropLeftovers(instance.id, instance.execution);
    instances.dropFromMemory(instance.id);
    if (instance.parent) this.#tellParent(JSON.parse(instance.parent) as ParentInstance, status, text, now);
  }

  continueAsNew(instance: Instance, ledger: Ledger, input: unknown): void {
    const { instances } = this.#hub;
    const now = ledger.clock;
    const next = {
      ...instance,
      execution: newExecution(),
      input: JSON.stringify(input ?? null),
      status: 'Running' as const,
      updated: now,
    };
    instances.clearHistory(instance.id);
    instances.dropLeftovers(instance.id, instance.execution);
    instances.update(next, emptyLedger(ledger.clock));
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
      this.#refuseChild(
        parent,
        task,
        `An instance with the id '${id}' is ${old.status} already; give the child another id.`,
      );
      return;
    }
    if (!registry.orchestrator(request.name)) {
      this.#refuseChild(parent, task, registry.missing(request.name, 'an orchestrator'));
      return;
    }
    instances.create({
      ...{ id, execution: newExecution(), name: request.name, input: request.input ?? 'null', now: clock.now() },
      version: request.version ?? registry.defaultVersion,
      parent: {
        OrchestrationInstance: { InstanceId: parent.id, ExecutionId: parent.execution },
        ...{ TaskScheduleId: task, Name: parent.name },
      },
    });
  }

  #refuseChild(parent: Instance, task: number, reason: string): void {
    const failed = { EventType: EventType.SubOrchestrationInstanceFailed, EventId: -1, TaskScheduledId: task };
    const { instances, clock } = this.#hub;
    instances.post(parent.id, parent.execution, clock.now(), { ...failed, Reason: reason, Details: '' });
  }

  #tellParent(parent: ParentInstance, status: Status, output: string, now: number): void {
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
