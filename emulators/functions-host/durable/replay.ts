import type { RecordedHistory } from '../export-histories.ts';
import { ActionType, flatten, type OrchestratorState } from './actions.ts';
import { applyActions } from './apply-actions.ts';
import { azureTimerLimits, Episode } from './episode.ts';
import { EventType, getEventName, type HistoryEvent } from './events.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import type { OrchestratorResult } from './orchestrator-result.ts';
import { createReplayState, type ReplayState } from './replay-state.ts';
import { StrictModeChecks } from './strict-mode-checks.ts';
import { createTriggerValue } from './trigger-value.ts';

/** Runs an orchestrator once, as the app's process does: from the value of its trigger to its state. */
export type RunOrchestrator = (triggerValue: string) => Promise<OrchestratorResult>;

/**
 * Runs every episode of a recorded history again, and throws when the code schedules something else than it did then.
 * Inputs and times may differ: what was scheduled is not scheduled again. Answers the result of the last episode.
 */
export async function replay(recorded: RecordedHistory, run: RunOrchestrator): Promise<OrchestratorResult> {
  const { history } = recorded;
  const instance = createInstance(recorded);
  const state = createReplayState();
  let result: OrchestratorResult | undefined;
  for (const [index, { EventType: type }] of history.entries()) {
    if (type !== EventType.OrchestratorStarted || !isForWorker(history[index + 1])) continue;
    const texts = history.slice(0, index + 2).map((event) => JSON.stringify(event));
    result = await run(createTriggerValue(instance, texts, azureTimerLimits));
    replayEpisode(recorded, { index, instance, state, result, texts });
  }
  if (result === undefined) throw new Error(`${describe(recorded)} has no episode. Record it when it has begun.`);
  checkEnd(recorded, state, result);
  return result;
}

interface ReplayedEpisode {
  /** Where in the history it begins. */
  readonly index: number;
  readonly instance: Instance;
  readonly state: ReplayState;
  readonly result: OrchestratorResult;
  readonly texts: readonly string[];
}

function replayEpisode(recorded: RecordedHistory, { index, instance, state, result, texts }: ReplayedEpisode): void {
  const { history } = recorded;
  const place = `${describe(recorded)}, event ${index + 1} (${getEventName(history[index + 1]?.EventType ?? -1)})`;
  if (result.isBroken) throw new Error(`${place}: ${result.failure}`);
  const episode = new Episode({
    instance,
    replayState: state,
    // What an episode would store is never committed here.
    instances: {} as Instances,
    now: Date.parse(history[index]?.Timestamp ?? ''),
    timerLimits: azureTimerLimits,
    startChild: () => undefined,
  });
  const checks = new StrictModeChecks({ instance, history: texts, warned: new Set(), isStrict: false, log: () => {} });
  episode.complete(history[index + 1] as HistoryEvent);
  try {
    applyActions(episode, result.state.actions[0] ?? [], checks);
  } catch (cause) {
    throw new Error(`${place}: ${(cause as Error).message}`, { cause });
  }
  const before = listScheduled(history.slice(index + 2)).map(describeEvent);
  const now = episode.events.map(describeEvent);
  if (before.join() === now.join()) return;
  throw new Error(
    `${place}: it scheduled ${before.join(', ') || 'nothing'} then, and ${now.join(', ') || 'nothing'} now.`,
  );
}

/** The events of one episode: up to the end of it, or to the beginning of the next. */
function listScheduled(events: readonly HistoryEvent[]): HistoryEvent[] {
  const bounds: readonly number[] = [EventType.OrchestratorCompleted, EventType.OrchestratorStarted];
  const end = events.findIndex(({ EventType: type }) => bounds.includes(type));
  return events.slice(0, end < 0 ? events.length : end).filter(({ EventType: type }) => isScheduled(type));
}

function isScheduled(type: number): boolean {
  return (
    type === EventType.TaskScheduled ||
    type === EventType.TimerCreated ||
    type === EventType.SubOrchestrationInstanceCreated
  );
}

/** Suspending and resuming are the host's own. */
function isForWorker(event: HistoryEvent | undefined): boolean {
  const { EventType: type } = event ?? { EventType: EventType.ExecutionSuspended };
  return type !== EventType.ExecutionSuspended && type !== EventType.ExecutionResumed;
}

function describeEvent({ EventId, EventType: type, Name }: HistoryEvent): string {
  return `${getEventName(type)} ${EventId}${Name === undefined ? '' : ` '${Name}'`}`;
}

function describe({ instanceId, name }: RecordedHistory): string {
  return `Orchestrator '${name}', instance '${instanceId}'`;
}

/** An orchestration that was stopped from outside may be anywhere. */
function checkEnd(recorded: RecordedHistory, { open }: ReplayState, { failure, state }: OrchestratorResult): void {
  const { status } = recorded;
  if (status === 'Terminated') return;
  const end = getEnd(state, failure, Object.keys(open).length > 0);
  const expected = ['Completed', 'Failed', 'ContinuedAsNew'].includes(status) ? status : 'Running';
  if (end !== expected)
    throw new Error(`${describe(recorded)} was ${expected} when it was recorded, and is ${end} now.`);
}

function getEnd(state: OrchestratorState, failure: string | undefined, hasOpenTasks: boolean): string {
  if (hasOpenTasks) return 'Running';
  if (failure !== undefined) return 'Failed';
  if (!state.isDone) return 'Running';
  const actions = flatten(state.actions[0] ?? []);
  return actions.some(({ actionType }) => actionType === ActionType.ContinueAsNew) ? 'ContinuedAsNew' : 'Completed';
}

function createInstance({ history, input, instanceId, name }: RecordedHistory): Instance {
  const start = history.find(({ EventType: type }) => type === EventType.ExecutionStarted);
  if (start === undefined) throw new Error(`The history of instance '${instanceId}' has no start. Record it anew.`);
  return {
    id: instanceId,
    execution: start.OrchestrationInstance?.ExecutionId ?? '',
    name,
    version: start.Version ?? '',
    status: 'Running',
    input: JSON.stringify(input),
    output: null,
    customStatus: null,
    created: 0,
    updated: 0,
    parent: start.ParentInstance ? JSON.stringify(start.ParentInstance) : null,
    isSuspended: 0,
    replayState: '',
  };
}
