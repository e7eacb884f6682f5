import type { OrchestratorState } from './actions.ts';

/** What the app's orchestrator answered in one episode. */
export interface OrchestratorResult {
  readonly state: OrchestratorState;
  readonly failure?: string;
  /** Nothing in it could be acted upon, so its open tasks are given up. */
  readonly isBroken?: true;
}

const outOfProcessLabel = '\n\n$OutOfProcData$:';

export function createBrokenResult(failure: string): OrchestratorResult {
  return { state: { isDone: true, actions: [[]] }, failure, isBroken: true };
}

/** A failing orchestrator throws its state behind a label. */
export function parseFailure(message: string): OrchestratorResult {
  const at = message.indexOf(outOfProcessLabel);
  if (at < 0) return createBrokenResult(message);
  const state = JSON.parse(message.slice(at + outOfProcessLabel.length)) as OrchestratorState;
  return { state, failure: state.error ?? 'it threw something without a message' };
}
