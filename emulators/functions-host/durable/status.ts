import type { Store } from '../store.ts';
import { EventType, getEventName, type HistoryEvent } from './events.ts';
import { hasEnded, type Instance } from './instance.ts';
import type { Instances } from './instances.ts';

interface StatusView {
  readonly showHistory: boolean;
  readonly showHistoryOutput: boolean;
  readonly showInput: boolean;
}

export interface InstanceFilter {
  readonly statuses: readonly string[];
  readonly createdFrom: number;
  readonly createdTo: number;
  readonly idPrefix: string;
  readonly top: number;
  /** Where the page before this one ended. */
  readonly after: { readonly created: number; readonly id: string };
}

const hiddenEvents: readonly number[] = [
  EventType.OrchestratorStarted,
  EventType.OrchestratorCompleted,
  EventType.TaskScheduled,
  EventType.TimerCreated,
  EventType.SubOrchestrationInstanceCreated,
];

/** The status of an instance in the shape of the extension's API. */
export function toStatus(instance: Instance, instances: Instances, view: StatusView): Record<string, unknown> {
  const status = {
    name: instance.name,
    instanceId: instance.id,
    runtimeStatus: instance.status,
    input: view.showInput ? parse(instance.input) : null,
    customStatus: parse(instance.customStatus),
    output: parse(instance.output),
    createdTime: formatSeconds(instance.created),
    lastUpdatedTime: formatSeconds(instance.updated),
  };
  if (!view.showHistory) return status;
  const events = instances.history(instance.id).map((text) => JSON.parse(text) as HistoryEvent);
  if (hasEnded(instance)) instances.dropFromMemory(instance.id);
  return { ...status, historyEvents: foldEvents(events, view.showHistoryOutput) };
}

/** Scheduling events are folded into the completions that belong to them. */
function foldEvents(events: readonly HistoryEvent[], showOutput: boolean): Record<string, unknown>[] {
  const scheduled = new Map(events.filter(({ EventId }) => EventId >= 0).map((event) => [event.EventId, event]));
  return events
    .filter(({ EventType: type }) => !hiddenEvents.includes(type))
    .map(({ Result, Input, IsPlayed, EventId, ...event }) => {
      const start = event.TaskScheduledId === undefined ? undefined : scheduled.get(event.TaskScheduledId);
      return {
        ...event,
        EventType: getEventName(event.EventType),
        ...(start ? { FunctionName: start.Name, ScheduledTime: start.Timestamp } : {}),
        ...(event.Name === undefined || start ? {} : { FunctionName: event.Name }),
        ...(showOutput && Result !== undefined ? { Result: parse(Result) } : {}),
      };
    });
}

export function selectPage(store: Store, filter: InstanceFilter): Instance[] {
  const statuses = filter.statuses.map((status) => status.toLowerCase());
  return store.select<Instance>(
    `SELECT * FROM instances
     WHERE created >= ? AND created <= ? AND substr(id, 1, ?) = ? AND (created, id) > (?, ?)
       AND (? = '[]' OR lower(status) IN (SELECT value FROM json_each(?)))
     ORDER BY created, id LIMIT ?`,
    filter.createdFrom,
    filter.createdTo,
    filter.idPrefix.length,
    filter.idPrefix,
    filter.after.created,
    filter.after.id,
    JSON.stringify(statuses),
    JSON.stringify(statuses),
    filter.top,
  );
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

function formatSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
