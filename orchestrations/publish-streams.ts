import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { type BatchId, createBatchId } from '../medallion/files/manifest.ts';
import { layers, selectVersions, type Versions } from '../medallion/layer.ts';
import { areAllRetained, describeVerdict, listRetainedTables, type Verdict } from '../medallion/quality/verdict.ts';
import type { ReleasableCut } from '../medallion/releases/progress.ts';
import { WaitingRelease } from '../medallion/releases/waiting-release.ts';
import { describeRetained, type LayerRecord, type RunRecord } from '../medallion/runs/run.ts';
import { describeVerdicts } from '../medallion/runs/run-progress.ts';
import { finalizeFiles } from './activities/finalize-files.ts';
import { findConsistentCut } from './activities/find-consistent-cut.ts';
import { judgeLayer } from './activities/judge-layer.ts';
import { publishRelease } from './activities/publish-release.ts';
import { readSettings } from './activities/read-settings.ts';
import { recordRun } from './activities/record-run.ts';
import { setPublishing } from './activities/set-publishing.ts';
import { call, callAll } from './activity.ts';
import { after, now } from './clock.ts';
import { logEvent, logNewColumns, logQuarantined, logRunEnd, logUntraced } from './log-event.ts';

export const Publishing = z.object({ waiting: WaitingRelease.optional() });
type Waiting = WaitingRelease | undefined;

/** After so many looks a fresh start: a history is read again at every turn. */
const looksPerGeneration = 20;

/**
 * Judges what the streams have built, at versions of all layers that agree, and publishes what passes. Ends when not all
 * layers stream any more, and while pipeline and streams are paused.
 */
export function* publishStreams(context: OrchestrationContext): Generator<Task, void, unknown> {
  let { waiting } = Publishing.parse(context.df.getInput() ?? {});
  const before = yield* call(context, setPublishing, { isPublishing: true });
  waiting ??= before?.waiting;
  const { tuning } = yield* call(context, readSettings, {});
  for (let look = 0; look < looksPerGeneration; look++) {
    const result = yield* call(context, findConsistentCut, {});
    if (result.kind === 'over') {
      yield* call(context, setPublishing, { isPublishing: false });
      return;
    }
    if (result.kind === 'cut') waiting = yield* release(context, result, waiting);
    yield context.df.createTimer(after(context, { seconds: tuning.streams.publishIntervalSeconds }));
  }
  context.df.continueAsNew({ waiting });
}

/** Answers with what still waits afterwards. */
function* release(
  context: OrchestrationContext,
  cut: ReleasableCut,
  before: Waiting,
): Generator<Task, Waiting, unknown> {
  const startedAt = before?.startedAt ?? now(context);
  const batch = before?.batch ?? createBatchId(context.df.currentUtcDateTime, context.df.newGuid('release'));
  const { batches, datasets, files, versions } = cut;
  const inputs = layers.map((layer) => ({ batch, layer, versions }));
  const verdicts = yield* callAll(context, judgeLayer, inputs);
  const records = layers.map((layer, index) =>
    toLayerRecord(layer, verdicts[index] as Verdict, versions, { startedAt, endedAt: now(context) }),
  );
  const run = { batch, files, datasets, startedAt, layers: records, batches };

  const blocked = verdicts.filter(({ outcome }) => outcome === 'blocked');
  if (blocked.length > 0) {
    const reason = blocked.map(describeVerdict).join(' ');
    return yield* wait(context, { ...run, outcome: 'blocked', reason }, before);
  }
  const retainedTables = [...new Set(verdicts.flatMap(listRetainedTables))];
  const blockedRun = { ...run, outcome: 'blocked', reason: describeVerdicts(run) } as const;
  if (areAllRetained(versions, retainedTables)) return yield* wait(context, blockedRun, before);
  const verdict = verdicts.at(-1) as Verdict;
  const published = yield* call(context, publishRelease, { batch, versions, verdict, retainedTables });
  // Whoever publishes now will have ended by the next look, nothing moves while the pipeline is paused, and streams remove
  // the rows of a file that a person has excluded.
  if (published.kind === 'busy' || published.kind === 'paused' || published.kind === 'blocked') return before;
  if (published.kind === 'retained') return yield* wait(context, blockedRun, before);
  if (published.kind === 'rejected')
    return yield* wait(context, { ...run, outcome: 'failed', reason: published.reason }, before);
  const retained = describeRetained(retainedTables, records);
  yield* end(context, { ...run, outcome: 'published', release: published.release, ...retained });
  return undefined;
}

/** Recorded once, and again when there is something new to say. */
function* wait(
  context: OrchestrationContext,
  run: RunRecord & { batches: BatchId[]; reason: string },
  before: Waiting,
): Generator<Task, Waiting, unknown> {
  const { batch, batches, reason, startedAt } = run;
  if (before?.reason !== reason || before.batches !== batches.length) yield* end(context, run);
  return { batch, startedAt, reason, batches: batches.length };
}

function* end(context: OrchestrationContext, run: RunRecord): Generator<Task, void, unknown> {
  for (const { layer, verdict } of run.layers)
    if (verdict) logEvent(context, 'info', 'layer.judged', { batch: run.batch, layer, outcome: verdict.outcome });
  const { freshness, newColumns, quarantined, toldBatches } = yield* call(context, finalizeFiles, run);
  logQuarantined(context, run.batch, quarantined);
  logNewColumns(context, run.batch, newColumns);
  const ended = { ...run, endedAt: now(context), ...(freshness ? { freshness } : {}) };
  logUntraced(context, run.batch, (yield* call(context, recordRun, { ...ended, toldBatches })).untraced);
  logRunEnd(context, { ...run, ...(freshness ? { freshness } : {}) });
}

function toLayerRecord(
  layer: LayerRecord['layer'],
  verdict: Verdict,
  versions: Versions,
  times: Pick<LayerRecord, 'startedAt' | 'endedAt'>,
): LayerRecord {
  const outcome = verdict.outcome === 'blocked' ? 'blocked' : 'passed';
  return { layer, jobRuns: [], outcome, verdict, versions: selectVersions(layer, versions), ...times };
}
