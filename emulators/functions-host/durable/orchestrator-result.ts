import type { OrchestratorState } from './actions.ts';

/** What the app's orchestrator said in one turn. */
export interface Verdict {
  readonly state: OrchestratorState;
  readonly failure?: string;
  /** It said nothing that could be acted upon, so its open tasks are given up. */
  readonly isBroken?: true;
}

const outOfProcessLabel = '\n\n$OutOfProcData$:';

export function broken(failure: string): Verdict {
  return { state: { isDone: true, actions: [[]] }, failure, isBroken: true };
}

/** A failing orchestrator throws its state behind a label. */
export function verdictIn(message: string): Verdict {
  const at = message.indexOf(outOfProcessLabel);
  if (at < 0) return broken(message);
  const state = JSON.parse(message.slice(at + outOfProcessLabel.length)) as OrchestratorState;
  return { state, failure: state.error ?? 'it threw something without a message' };
}
