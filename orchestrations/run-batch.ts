import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId } from '../medallion/files/manifest.ts';
import { Layer, layers, type Mode, Versions } from '../medallion/layer.ts';
import { listRetainedTables } from '../medallion/quality/verdict.ts';
import { describeRetained, LayerRecord, type RunRecord } from '../medallion/runs/run.ts';
import { Tuning } from '../medallion/tuning.ts';
import { finalizeFiles } from './activities/finalize-files.ts';
import { readSettings } from './activities/read-settings.ts';
import { recordRun } from './activities/record-run.ts';
import { call } from './activity.ts';
import { now } from './clock.ts';
import { logRunEnd } from './log-event.ts';
import { Promoted } from './promote-layer.ts';

/** A run that executes a plan may begin above bronze, on upstream versions that were judged before. */
export const Batch = z.object({
  batch: BatchId,
  files: z.int(),
  datasets: z.array(z.string()),
  tuning: Tuning,
  layers: z.array(Layer).default([...layers]),
  upstreamVersions: Versions.default({}),
  retainedTables: z.array(z.string()).default([]),
  plan: z.string().optional(),
  rebuilt: z.array(z.string()).optional(),
});
type Batch = z.infer<typeof Batch>;

/** Takes one batch through bronze, silver and gold, and always writes down how it ended. */
export function* runBatch(context: OrchestrationContext): Generator<Task, RunRecord, unknown> {
  const input = Batch.parse(context.df.getInput());
  const { batch, datasets, files, plan, rebuilt } = input;
  const begun = { batch, files, datasets, ...(plan ? { plan, rebuilt } : {}) };
  let run: RunRecord = { ...begun, outcome: 'running', startedAt: now(context), layers: [] };
  let { upstreamVersions, retainedTables } = input;
  // The modes are read once everybody can see that a run is on: no stream will start that this run does not know of.
  yield* call(context, recordRun, run);
  const { modes } = yield* call(context, readSettings, {});
  run = { ...run, modes };

  for (const layer of input.layers) {
    const startedAt = now(context);
    run = withLayer(run, { layer, startedAt, outcome: 'running', jobRuns: [] });
    yield* call(context, recordRun, run);

    const promotion = { layer, upstreamVersions, retainedTables, mode: modes[layer] };
    const promoted = yield* promote(context, input, promotion);
    run = withLayer(run, LayerRecord.parse({ layer, startedAt, endedAt: now(context), ...promoted }));
    upstreamVersions = { ...upstreamVersions, ...promoted.versions };
    const ofLayer = promoted.verdict ? listRetainedTables(promoted.verdict) : [];
    retainedTables = [...new Set([...retainedTables, ...ofLayer])];
    if (promoted.outcome !== 'passed')
      return yield* end(context, { ...run, outcome: promoted.outcome, reason: promoted.reason });
    if (promoted.release) run = { ...run, release: promoted.release };
  }
  return yield* end(context, { ...run, outcome: 'published', ...describeRetained(retainedTables) });
}

interface PromotedLayer {
  readonly layer: Layer;
  readonly upstreamVersions: Versions;
  readonly retainedTables: readonly string[];
  readonly mode: Mode;
}

/** A layer that breaks down is an outcome of the run, not the end of its orchestration. */
function* promote(
  context: OrchestrationContext,
  { batch, tuning }: Batch,
  promoted: PromotedLayer,
): Generator<Task, Promoted, unknown> {
  try {
    return Promoted.parse(yield context.df.callSubOrchestrator('promoteLayer', { batch, tuning, ...promoted }));
  } catch (error) {
    return { outcome: 'failed', jobRuns: [], reason: (error as Error).message };
  }
}

function* end(context: OrchestrationContext, run: RunRecord): Generator<Task, RunRecord, unknown> {
  const ended = { ...run, endedAt: now(context) };
  const { freshness } = yield* call(context, finalizeFiles, ended);
  const aged = freshness ? { ...ended, freshness } : ended;
  const { isCancelled } = yield* call(context, recordRun, aged);
  logRunEnd(context, isCancelled ? { ...aged, outcome: 'cancelled' } : aged);
  return aged;
}

const withLayer = (run: RunRecord, record: LayerRecord): RunRecord => ({
  ...run,
  layers: [...run.layers.filter(({ layer }) => layer !== record.layer), record],
});
