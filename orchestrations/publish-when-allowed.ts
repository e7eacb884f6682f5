import type { OrchestrationContext, Task } from 'durable-functions';
import { Passed, type PassedEnd } from '../medallion/releases/publish-result.ts';
import { publishRelease } from './activities/publish-release.ts';
import { call } from './activity.ts';
import { after } from './clock.ts';

/** After so many looks a fresh start: a history is read again at every turn. */
const looksPerGeneration = 60;
const secondsBetweenLooks = 5;

/** Publishes as soon as the pipeline is not paused and nobody else publishes. */
export function* publishWhenAllowed(context: OrchestrationContext): Generator<Task, PassedEnd | undefined, unknown> {
  const passed = Passed.parse(context.df.getInput());
  for (let look = 0; look < looksPerGeneration; look++) {
    const result = yield* call(context, publishRelease, passed);
    if (result.kind !== 'busy' && result.kind !== 'paused') return result;
    yield context.df.createTimer(after(context, { seconds: secondsBetweenLooks }));
  }
  context.df.continueAsNew(passed);
  return undefined;
}
