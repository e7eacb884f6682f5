import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId, batchIdAt } from '../medallion/files/manifest.ts';
import { type Layer, layers, type Versions, versionsOn } from '../medallion/layer.ts';
import type { Precedent } from '../medallion/quality/gate.ts';
import { heldBy, reasonOf, type Verdict } from '../medallion/quality/verdict.ts';
import type { LayerRecord, RunRecord } from '../medallion/runs/run.ts';
import { announcePublishing } from './activities/announce-publishing.ts';
import { type FoundAhead, type FoundCut, findCut } from './activities/find-cut.ts';
import { judgeLayer } from './activities/judge-layer.ts';
import { publishRelease } from './activities/publish-release.ts';
import { readPace } from './activities/read-pace.ts';
import { recordRun } from './activities/record-run.ts';
import { settleFiles } from './activities/settle-files.ts';
import { call, callAll } from './activity.ts';
import { announce } from './announce.ts';
import { after, now } from './clock.ts';

/** A release that could not be published keeps its run, until what is wrong with it has healed. */
export const Publishing = z.object({
  waiting: z.object({ batch: BatchId, startedAt: z.string(), because: z.string(), batches: z.int() }).optional(),
});
type Waiting = z.infer<typeof Publishing>['waiting'];

/** Verdicts on layers while those above still work. They count for a release at the same versions. */
type Early = Partial<Record<Layer, Precedent>>;

const looksPerGeneration = 20;

/** Judges what the streams have built, at versions of all layers that agree, and publishes what passes. Never ends while all layers stream. */
export function* publishStreams(context: OrchestrationContext): Generator<Task, void, unknown> {
  let { waiting } = Publishing.parse(context.df.getInput() ?? {});
  yield* call(context, announcePublishing, { is: true });
  const { streams } = yield* call(context, readPace, {});
  let early: Early = {};
  for (let look = 0; look < looksPerGeneration; look++) {
    const found = yield* call(context, findCut, {});
    if (found.kind === 'over') {
      yield* call(context, announcePublishing, { is: false });
      return;
    }
    if (found.kind === 'cut') waiting = yield* release(context, found, waiting, early);
    // With more on their way, what a layer has by now is not what the next release will be made of.
    else if (streams.mostManifestsUnderway === 1) early = yield* judgeAhead(context, found.ahead, early);
    yield context.df.createTimer(after(context, { seconds: streams.releaseSeconds }));
  }
  context.df.continueAsNew({ waiting });
}

function* judgeAhead(context: OrchestrationContext, ahead: FoundAhead, early: Early): Generator<Task, Early, unknown> {
  const told = (versions: Versions | undefined) => JSON.stringify(versions);
  const open = ahead.filter(({ layer, versions }) => told(versions) !== told(early[layer]?.versions));
  if (open.length === 0) return early;
  const verdicts = yield* callAll(context, judgeLayer, open);
  const spoken = open.map(({ layer, versions }, at) => [layer, { versions, verdict: verdicts[at] }]);
  return { ...early, ...(Object.fromEntries(spoken) as Early) };
}

/** Answers what still waits afterwards. */
function* release(
  context: OrchestrationContext,
  cut: FoundCut,
  before: Waiting,
  early: Early,
): Generator<Task, Waiting, unknown> {
  const startedAt = before?.startedAt ?? now(context);
  const batch = before?.batch ?? batchIdAt(context.df.currentUtcDateTime, context.df.newGuid('release'));
  const { batches, datasets, files, versions } = cut;
  const judged = yield* callAll(
    context,
    judgeLayer,
    layers.map((layer) => ({ batch, layer, versions, early: early[layer] })),
  );
  const records = layers.map((layer, at) => recordOf(layer, judged[at] as Verdict, versions, startedAt, now(context)));
  const run = { batch, files, datasets, startedAt, layers: records, batches };

  const blocked = judged.filter(({ outcome }) => outcome === 'blocked');
  if (blocked.length > 0) {
    const because = blocked.map(reasonOf).join(' ');
    return yield* wait(context, { ...run, outcome: 'held', because }, before);
  }
  const held = [...new Set(judged.flatMap(heldBy))];
  const verdict = judged.at(-1) as Verdict;
  const published = yield* call(context, publishRelease, { batch, versions, verdict, held });
  if (published.kind === 'refused')
    return yield* wait(context, { ...run, outcome: 'failed', because: published.because }, before);
  const because = held.length > 0 ? { because: `${held.join(', ')} stay as they were: a rule holds them.` } : {};
  yield* end(context, { ...run, outcome: 'published', release: published.release, ...because });
  return undefined;
}

/** Told once, and again when there is something new to tell. */
function* wait(
  context: OrchestrationContext,
  run: RunRecord & { batches: BatchId[]; because: string },
  before: Waiting,
): Generator<Task, Waiting, unknown> {
  const { batch, batches, because, startedAt } = run;
  if (before?.because !== because || before.batches !== batches.length) yield* end(context, run);
  return { batch, startedAt, because, batches: batches.length };
}

function* end(context: OrchestrationContext, run: RunRecord): Generator<Task, void, unknown> {
  const { freshness } = yield* call(context, settleFiles, run);
  yield* call(context, recordRun, { ...run, endedAt: now(context), ...(freshness ? { freshness } : {}) });
  announce(context, run);
}

function recordOf(
  layer: LayerRecord['layer'],
  verdict: Verdict,
  versions: Versions,
  startedAt: string,
  endedAt: string,
): LayerRecord {
  const outcome = verdict.outcome === 'blocked' ? 'held' : 'passed';
  return { layer, jobRuns: [], outcome, verdict, versions: versionsOn(layer, versions), startedAt, endedAt };
}
