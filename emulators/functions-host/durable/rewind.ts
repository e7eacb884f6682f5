import { DurableApiError } from './client.ts';
import { EventType, type HistoryEvent } from './events.ts';
import type { Instance } from './instance.ts';
import { parked } from './instance.ts';
import type { ReplayState } from './replay-state.ts';
import type { TaskHub } from './task-hub.ts';

/** Takes the failed completions out of the history and schedules those tasks again, children first. */
export function rewind(hub: TaskHub, id: string): void {
  hub.store.transaction(() => rewindInstance(hub, id));
  hub.wake();
}

function rewindInstance(hub: TaskHub, id: string): void {
  const { instances, store, clock } = hub;
  const instance = instances.find(id);
  if (!instance) throw new DurableApiError(404, `No instance with ID '${id}' found.`);
  if (instance.status !== 'Failed') {
    throw new DurableApiError(
      412,
      `Instance '${id}' is ${instance.status}; the rewind operation is only supported on failed orchestration instances.`,
    );
  }
  const replayState = JSON.parse(instance.replayState) as ReplayState;
  const history = instances.history(id).map((text) => JSON.parse(text) as HistoryEvent);
  const failures = history.filter(isFailure);
  if (replayState.series.some(({ kind }) => kind === 'retry') && failures.length > 0) {
    throw new DurableApiError(
      501,
      `Instance '${id}' failed in a task with retry, which the local host cannot rewind; start it again.`,
    );
  }
  for (const failure of failures) rescheduleTask({ hub, instance, replayState, history, failure });
  instances.clearHistory(id);
  instances.append(
    id,
    history.filter((event) => !isFailure(event) && event.EventType !== EventType.ExecutionCompleted),
  );
  instances.update({ ...instance, status: 'Running', output: null, updated: clock.now() }, replayState);
  store.run('UPDATE inbox SET due = ? WHERE id = ? AND due = ?', clock.now(), id, parked);
  // Nothing failed but the function itself: it needs some message to be run again.
  if (failures.length === 0) {
    instances.post(id, instance.execution, clock.now(), {
      EventType: EventType.GenericEvent,
      EventId: -1,
      Data: 'rewind',
    });
  }
}

function rescheduleTask(options: {
  readonly hub: TaskHub;
  readonly instance: Instance;
  readonly replayState: ReplayState;
  readonly history: readonly HistoryEvent[];
  readonly failure: HistoryEvent;
}): void {
  const { hub, instance, replayState, history, failure } = options;
  const task = failure.TaskScheduledId ?? -1;
  const start = history.find((event) => event.EventId === task && isSchedule(event));
  if (!start)
    throw new DurableApiError(500, `Instance '${instance.id}' has no record of its task ${task}; start it again.`);
  const name = start.Name ?? '';
  if (start.EventType === EventType.TaskScheduled) {
    replayState.open[task] = { kind: 'activity', name };
    hub.instances.addWork(instance, task, name, (start.Input ?? '[null]').slice(1, -1));
  } else {
    replayState.open[task] = { kind: 'orchestration', name };
    rewindInstance(hub, start.InstanceId ?? '');
  }
}

function isFailure({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.TaskFailed || type === EventType.SubOrchestrationInstanceFailed;
}

function isSchedule({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.TaskScheduled || type === EventType.SubOrchestrationInstanceCreated;
}
