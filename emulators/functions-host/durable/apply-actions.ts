import { createHash } from 'node:crypto';
import { type Action, ActionType, flatten } from './actions.ts';
import type { Episode } from './episode.ts';
import { OrchestratorMistake } from './mistake.ts';
import type { Request, SeenAction } from './replay-state.ts';
import type { StrictModeChecks } from './strict-mode-checks.ts';

/** Schedules what is new among the actions; answers the continueAsNew among them, if there is one. */
export function applyActions(
  episode: Episode,
  actions: readonly Action[],
  checks: StrictModeChecks,
): { readonly input: unknown } | undefined {
  const flat = flatten(actions);
  const { seen } = episode.replayState;
  if (flat.length < seen.length) throw createNonDeterminismError(flat.length, seen[flat.length]?.print, 'nothing');
  let next: { readonly input: unknown } | undefined;
  for (const [index, action] of flat.entries()) {
    if (action.actionType === ActionType.ContinueAsNew) next = { input: action.input };
    const previous = seen[index];
    if (previous) compareAction(episode, index, action, previous, checks);
    else seen.push(applyNewAction(episode, action, checks));
  }
  checks.onWaits(flat);
  return next;
}

function compareAction(
  episode: Episode,
  index: number,
  action: Action,
  previous: SeenAction,
  checks: StrictModeChecks,
): void {
  const print = describeAction(action);
  if (previous.print !== print) throw createNonDeterminismError(index, previous.print, print);
  if (previous.input !== hashInput(action))
    checks.warn(`action ${index} (${print}) had another input when it was first scheduled`);
  if (previous.series !== undefined && action.isCanceled) episode.cancelTimer(previous.series);
}

function applyNewAction(episode: Episode, action: Action, checks: StrictModeChecks): SeenAction {
  checks.onAction(action);
  const seen = { print: describeAction(action), input: hashInput(action) };
  switch (action.actionType) {
    case ActionType.CallActivity:
    case ActionType.CallSubOrchestrator:
      episode.addRequest(toRequest(action));
      return seen;
    case ActionType.CallActivityWithRetry:
    case ActionType.CallSubOrchestratorWithRetry:
      if (!action.retryOptions)
        throw new OrchestratorMistake(`'${action.functionName}' is called with retry but without options.`);
      episode.addRequestWithRetry(toRequest(action), action.retryOptions);
      return seen;
    case ActionType.CreateTimer: {
      const series = episode.addTimer(Date.parse(action.fireAt ?? ''));
      if (action.isCanceled) episode.cancelTimer(series);
      return { ...seen, series };
    }
    case ActionType.WaitForExternalEvent:
    case ActionType.ContinueAsNew:
      return seen;
    default:
      throw new OrchestratorMistake(describeRejection(action));
  }
}

function toRequest(action: Action): Request {
  const { actionType, functionName = '', input, instanceId, version } = action;
  const isActivity = actionType === ActionType.CallActivity || actionType === ActionType.CallActivityWithRetry;
  // A string input of an activity arrives as JSON text already.
  const text = input === undefined ? null : isActivity && typeof input === 'string' ? input : JSON.stringify(input);
  return {
    callee: isActivity ? ('activity' as const) : ('orchestration' as const),
    name: functionName,
    input: text,
    ...(instanceId ? { instanceId } : {}),
    ...(version ? { version } : {}),
  };
}

function describeAction(action: Action): string {
  const type = Object.entries(ActionType).find(([, number]) => number === action.actionType)?.[0] ?? action.actionType;
  const name = action.functionName ?? action.externalEventName ?? action.instanceId;
  return name ? `${type} '${name}'` : `${type}`;
}

function hashInput({ input, fireAt }: Action): string {
  const text = JSON.stringify(input ?? fireAt ?? null);
  return text.length <= 40 ? text : createHash('sha256').update(text).digest('base64url');
}

function createNonDeterminismError(index: number, before: string | undefined, now: string): OrchestratorMistake {
  return new OrchestratorMistake(
    `Non-Deterministic workflow detected: action ${index} was ${before} and is now ${now}. Decide only from inputs, results and context.df.`,
  );
}

function describeRejection({ actionType }: Action): string {
  if (actionType === ActionType.CallHttp)
    return 'context.df.callHttp is not served by the local host; call an activity that makes the request.';
  return 'Durable entities are not served by the local host; keep state in a table and call an activity.';
}
