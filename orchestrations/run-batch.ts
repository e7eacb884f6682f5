import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId } from '../medallion/files/manifest.ts';
import { Layer, layers, type Modes, Versions } from '../medallion/layer.ts';
import { areAllRetained, listRetainedTables, type Verdict } from '../medallion/quality/verdict.ts';
import { PassedEnd } from '../medallion/releases/publish-result.ts';
import { describeRetained, type RunRecord } from '../medallion/runs/run.ts';
import {
  type BuiltLayer,
  describeEnd,
  describeVerdicts,
  endUnjudged,
  withBuilt,
  withLayer,
  withVerdict,
} from '../medallion/runs/run-progress.ts';
import { Tuning } from '../medallion/tuning.ts';
import { finalizeFiles } from './activities/finalize-files.ts';
import { judgeLayer } from './activities/judge-layer.ts';
import { readSettings } from './activities/read-settings.ts';
import { recordRun } from './activities/record-run.ts';
import { call, createTask, parseOrWait } from './activity.ts';
import { type Building, Built } from './build-layer.ts';
import { now } from './clock.ts';
import { logEvent, logNewColumns, logQuarantined, logRunEnd, logUntraced } from './log-event.ts';

/** A run that executes a plan may begin above bronze, on upstream versions that were judged before. */
export const Batch = z.object({
  batch: BatchId,
  files: z.int(),
  datasets: z.array(z.string()),
  tuning: Tuning,
  layers: z
    .array(Layer)
    .min(1)
    .default([...layers]),
  upstreamVersions: Versions.default({}),
  retainedTables: z.array(z.string()).default([]),
  plan: z.string().optional(),
  rebuilt: z.array(z.string()).optional(),
});
type Batch = z.infer<typeof Batch>;

const allTriggered: Modes = { bronze: 'triggered', silver: 'triggered', gold: 'triggered' };

/**
 * Takes one batch through bronze, silver and gold, and always writes down how it ended. A layer is judged while the next
 * one is built: readers see nothing before all verdicts are there.
 */
export function* runBatch(context: OrchestrationContext): Generator<Task, RunRecord, unknown> {
  const input = Batch.parse(context.df.getInput());
  const { batch, datasets, files, plan, rebuilt, tuning } = input;
  const begun = { batch, files, datasets, ...(plan ? { plan, rebuilt } : {}) };
  let run: RunRecord = { ...begun, outcome: 'running', startedAt: now(context), layers: [] };
  let versions = input.upstreamVersions;
  // The modes are read once everybody can see that a run is on: no stream will start that this run does not know of.
  yield* call(context, recordRun, run);
  const settings = yield* call(context, readSettings, {});
  // A plan needs jobs of its own, whatever a person has set since it was prepared.
  const modes = plan ? allTriggered : settings.modes;
  run = { ...run, modes };

  for (const layer of input.layers) {
    const below = run.layers.at(-1)?.layer;
    run = withLayer(run, { layer, startedAt: now(context), outcome: 'running', jobRuns: [] });
    yield* call(context, recordRun, run);
    const building = { batch, layer, upstreamVersions: versions, tuning, mode: modes[layer] };
    const { built, verdict } = yield* buildBesideGate(context, building, below);
    run = withVerdict(withBuilt(run, layer, built, now(context)), below, verdict, now(context));
    if (describeEnd(run)) return yield* end(context, run);
    versions = { ...versions, ...built.versions };
  }
  return yield* judgeAndPublish(context, run, { ...input, upstreamVersions: versions });
}

/** Judges the uppermost layer, and publishes if every verdict lets it pass. */
function* judgeAndPublish(
  context: OrchestrationContext,
  built: RunRecord,
  { batch, retainedTables, upstreamVersions: versions }: Batch,
): Generator<Task, RunRecord, unknown> {
  const layer = built.layers.at(-1)?.layer ?? 'gold';
  const verdict = yield* call(context, judgeLayer, { batch, layer, versions });
  logEvent(context, 'info', 'layer.judged', { batch, layer, outcome: verdict.outcome });
  const run = withVerdict(built, layer, verdict, now(context));
  if (describeEnd(run)) return yield* end(context, run);

  const ofLayers = run.layers.flatMap((record) => (record.verdict ? listRetainedTables(record.verdict) : []));
  const retained = [...new Set([...retainedTables, ...ofLayers])];
  const blocked = { ...run, outcome: 'blocked', reason: describeVerdicts(run) } as const;
  if (areAllRetained(versions, retained)) return yield* end(context, blocked);
  const passed = { batch, versions, verdict, retainedTables: retained };
  const result = PassedEnd.parse(yield context.df.callSubOrchestrator('publishWhenAllowed', passed));
  if (result.kind === 'retained') return yield* end(context, blocked);
  if (result.kind !== 'published') {
    const outcome = result.kind === 'blocked' ? 'blocked' : 'failed';
    return yield* end(context, { ...run, outcome, reason: result.reason });
  }
  return yield* end(context, {
    ...run,
    outcome: 'published',
    release: result.release,
    ...describeRetained(retained, run.layers),
  });
}

function* end(context: OrchestrationContext, run: RunRecord): Generator<Task, RunRecord, unknown> {
  const ended = { ...endUnjudged(run), ...describeEnd(run), endedAt: now(context) };
  const { freshness, newColumns, quarantined, toldBatches } = yield* call(context, finalizeFiles, ended);
  logQuarantined(context, run.batch, quarantined);
  logNewColumns(context, run.batch, newColumns);
  const aged = freshness ? { ...ended, freshness } : ended;
  const { isCancelled, untraced } = yield* call(context, recordRun, { ...aged, toldBatches });
  logUntraced(context, run.batch, untraced);
  logRunEnd(context, isCancelled ? { ...aged, outcome: 'cancelled' } : aged);
  return aged;
}

interface BuiltBesideGate {
  readonly built: BuiltLayer;
  /** Of the layer below; a text if it could not be judged. */
  readonly verdict?: Verdict | string;
}

/** Builds a layer, and judges the one below meanwhile. What breaks down is an answer: the other one still ends. */
function* buildBesideGate(
  context: OrchestrationContext,
  building: z.input<typeof Building>,
  below: Layer | undefined,
): Generator<Task, BuiltBesideGate, unknown> {
  const { batch, upstreamVersions: versions } = building;
  const job = context.df.callSubOrchestrator('buildLayer', building);
  const evaluation = below && { batch, layer: below, versions };
  const gate = evaluation && createTask(context, judgeLayer, evaluation);
  try {
    yield context.df.Task.all(gate ? [job, gate] : [job]);
  } catch {
    // Both are asked in any case, so that no job is left behind while it runs.
  }
  const built = yield* settle(readBuilt(job));
  const verdict = gate && (yield* settle(readVerdict(context, evaluation, gate)));
  if (below && typeof verdict === 'object')
    logEvent(context, 'info', 'layer.judged', { batch, layer: below, outcome: verdict.outcome });
  return {
    built: typeof built === 'string' ? { jobRuns: [], reason: built } : built,
    ...(verdict === undefined ? {} : { verdict }),
  };
}

function* readBuilt(task: Task): Generator<Task, BuiltLayer, unknown> {
  return Built.parse(yield task);
}

function* readVerdict(
  context: OrchestrationContext,
  evaluation: z.input<typeof judgeLayer.input>,
  task: Task,
): Generator<Task, Verdict, unknown> {
  return yield* parseOrWait(context, judgeLayer, evaluation, yield task);
}

/** What came of it, or the words in which it failed. */
function* settle<Result>(reading: Generator<Task, Result, unknown>): Generator<Task, Result | string, unknown> {
  try {
    return yield* reading;
  } catch (error) {
    return (error as Error).message;
  }
}
