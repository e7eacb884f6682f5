import { createHash } from 'node:crypto';
import { type Action, ActionType, flatten } from './actions.ts';
import type { Turn } from './episode.ts';
import { OrchestratorMistake } from './mistake.ts';
import type { Request, SeenAction } from './replay-state.ts';
import type { Traps } from './strict-mode-checks.ts';

/** Schedules what is new among the actions; answers the continueAsNew among them, if there is one. */
export function applyActions(
  turn: Turn,
  actions: readonly Action[],
  traps: Traps,
): { readonly input: unknown } | undefined {
  const flat = flatten(actions);
  const { seen } = turn.ledger;
  if (flat.length < seen.length) throw nonDeterministic(flat.length, seen[flat.length]?.print, 'nothing');
  let next: { readonly input: unknown } | undefined;
  for (const [index, action] of flat.entries()) {
    if (action.actionType === ActionType.ContinueAsNew) next = { input: action.input };
    const known = seen[index];
    if (known) compare(turn, index, action, known, traps);
    else seen.push(applyNew(turn, action, traps));
  }
  traps.onWaits(flat);
  return next;
}

function compare(turn: Turn, index: number, action: Action, known: SeenAction, traps: Traps): void {
  const print = printOf(action);
  if (known.print !== print) throw nonDeterministic(index, known.print, print);
  if (known.input !== digest(action))
    traps.warn(`action ${index} (${print}) had another input when it was first scheduled`);
  if (known.series !== undefined && action.isCanceled) turn.cancelTimer(known.series);
}

function applyNew(turn: Turn, action: Action, traps: Traps): SeenAction {
  traps.onAction(action);
  const seen = { print: printOf(action), input: digest(action) };
  switch (action.actionType) {
    case ActionType.CallActivity:
    case ActionType.CallSubOrchestrator:
      turn.request(requestOf(action));
      return seen;
    case ActionType.CallActivityWithRetry:
    case ActionType.CallSubOrchestratorWithRetry:
      if (!action.retryOptions)
        throw new OrchestratorMistake(`'${action.functionName}' is called with retry but without options.`);
      turn.requestWithRetry(requestOf(action), action.retryOptions);
      return seen;
    case ActionType.CreateTimer: {
      const series = turn.timer(Date.parse(action.fireAt ?? ''));
      if (action.isCanceled) turn.cancelTimer(series);
      return { ...seen, series };
    }
    case ActionType.WaitForExternalEvent:
    case ActionType.ContinueAsNew:
      return seen;
    default:
      throw new OrchestratorMistake(refusal(action));
  }
}

function requestOf(action: Action): Request {
  const { actionType, functionName = '', input, instanceId, version } = action;
  const isActivity = actionType === ActionType.CallActivity || actionType === ActionType.CallActivityWithRetry;
  // A string input of an activity arrives as JSON text already.
  const text = input === undefined ? null : isActivity && typeof input === 'string' ? input : JSON.stringify(input);
  return {
    ...{ callee: isActivity ? ('activity' as const) : ('orchestration' as const), name: functionName, input: text },
    ...(instanceId ? { instanceId } : {}),
    ...(version ? { version } : {}),
  };
}

function printOf(action: Action): string {
  const type = Object.entries(ActionType).find(([, number]) => number === action.actionType)?.[0] ?? action.actionType;
  const name = action.functionName ?? action.externalEventName ?? action.instanceId;
  return name ? `${type} '${name}'` : `${type}`;
}

function digest({ input, fireAt }: Action): string {
  const text = JSON.stringify(input ?? fireAt ?? null);
  return text.length <= 40 ? text : createHash('sha256').update(text).digest('base64url');
}

function nonDeterministic(index: number, before: string | undefined, now: string): OrchestratorMistake {
  return new OrchestratorMistake(
    `Non-Deterministic workflow detected: action ${index} was ${before} and is now ${now}. Decide only from inputs, results and context.df.`,
  );
}

function refusal({ actionType }: Action): string {
  if (actionType === ActionType.CallHttp)
    return 'context.df.callHttp is not served by the local host; call an activity that makes the request.';
  return 'Durable entities are not served by the local host; keep state in a table and call an activity.';
}
