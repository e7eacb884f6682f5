import { createRequire } from 'node:module';
import { DummyOrchestrationContext, type OrchestrationHandler } from 'durable-functions';
import type { OrchestratorState } from '../../emulators/functions-host/durable/actions.ts';
import { type OrchestratorResult, parseFailure } from '../../emulators/functions-host/durable/orchestrator-result.ts';
import { replay } from '../../emulators/functions-host/durable/replay.ts';
import type { RecordedHistory } from '../../emulators/functions-host/export-histories.ts';

/** What `df.app.orchestration` wraps an orchestrator in. The package does not export it. */
type CreateOrchestrator = (
  handler: OrchestrationHandler,
) => (triggerValue: unknown, context: DummyOrchestrationContext) => Promise<OrchestratorState>;

const require = createRequire(import.meta.url);
const { createOrchestrator } = require('durable-functions/lib/src/util/testingUtils') as {
  createOrchestrator: CreateOrchestrator;
};

/**
 * Runs an orchestrator of today over a history of before, with the executor of the SDK itself. Throws when it schedules
 * something else than it did then; answers its last state, with the error it ends with if it fails.
 */
export function replayHistory(
  orchestrator: OrchestrationHandler,
  recorded: RecordedHistory,
): Promise<OrchestratorResult> {
  return replay(recorded, async (triggerValue) => {
    const context = new DummyOrchestrationContext(recorded.name, undefined, () => undefined);
    try {
      const state = await createOrchestrator(orchestrator)(JSON.parse(triggerValue), context);
      // What leaves the app's process leaves it as JSON.
      return { state: JSON.parse(JSON.stringify(state)) as OrchestratorState };
    } catch (error) {
      return parseFailure((error as Error).message);
    }
  });
}
