import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId } from '../medallion/files/manifest.ts';
import { Layer, layers, type Mode, Versions } from '../medallion/layer.ts';
import { heldBy } from '../medallion/quality/verdict.ts';
import type { LayerRecord, RunRecord } from '../medallion/runs/run.ts';
import { readModes } from './activities/read-modes.ts';
import { Pace } from './activities/read-pace.ts';
import { recordRun } from './activities/record-run.ts';
import { settleFiles } from './activities/settle-files.ts';
import { call } from './activity.ts';
import { announce } from './announce.ts';
import { now } from './clock.ts';
import { Promoted } from './promote-layer.ts';

/** A run that executes a plan may begin above bronze; `below` and `held` tell of what it stands on. */
export const Batch = z.object({
  ...{ batch: BatchId, files: z.int(), datasets: z.array(z.string()), pace: Pace },
  layers: z.array(Layer).default([...layers]),
  below: Versions.default({}),
  held: z.array(z.string()).default([]),
  plan: z.string().optional(),
  rebuilt: z.array(z.string()).optional(),
});
type Batch = z.infer<typeof Batch>;

/** Takes one batch through bronze, silver and gold, and always writes down how it ended. */
export function* runBatch(context: OrchestrationContext): Generator<Task, RunRecord, unknown> {
  const input = Batch.parse(context.df.getInput());
  const { batch, files, datasets, plan, rebuilt } = input;
  const begun = { batch, files, datasets, ...(plan ? { plan, rebuilt } : {}) };
  let run: RunRecord = { ...begun, outcome: 'running', startedAt: now(context), layers: [] };
  let versions: Versions = input.below;
  let held: string[] = [...input.held];
  // The modes are read once everybody can see that a run is on: no stream will start that this run does not know of.
  yield* call(context, recordRun, run);
  const { modes } = yield* call(context, readModes, {});
  run = { ...run, modes };

  for (const layer of input.layers) {
    const startedAt = now(context);
    run = withLayer(run, { layer, startedAt, outcome: 'running', jobRuns: [] });
    yield* call(context, recordRun, run);

    const promoted = yield* promote(context, input, { layer, below: versions, held, mode: modes[layer] });
    run = withLayer(run, recordOf(layer, startedAt, now(context), promoted));
    versions = { ...versions, ...promoted.versions };
    if (promoted.verdict) held = [...new Set([...held, ...heldBy(promoted.verdict)])];
    if (promoted.outcome !== 'passed') return yield* end(context, { ...run, ...endOf(promoted) });
    if (promoted.release) run = { ...run, release: promoted.release };
  }
  return yield* end(context, { ...run, outcome: 'published', ...waiting(held) });
}

/** A layer that breaks down is an outcome of the run, not the end of its orchestration. */
function* promote(
  context: OrchestrationContext,
  { batch, pace }: Batch,
  place: { layer: Layer; below: Versions; held: string[]; mode: Mode },
): Generator<Task, Promoted, unknown> {
  try {
    return Promoted.parse(yield context.df.callSubOrchestrator('promoteLayer', { batch, pace, ...place }));
  } catch (error) {
    return { outcome: 'failed', jobRuns: [], because: (error as Error).message };
  }
}

function* end(context: OrchestrationContext, run: RunRecord): Generator<Task, RunRecord, unknown> {
  const ended = { ...run, endedAt: now(context) };
  const { freshness } = yield* call(context, settleFiles, ended);
  const told = freshness ? { ...ended, freshness } : ended;
  const { isCancelled } = yield* call(context, recordRun, told);
  announce(context, isCancelled ? { ...told, outcome: 'cancelled' } : told);
  return told;
}

/** A release can be published although some of its tables stay as they were. */
const waiting = (held: readonly string[]): Pick<RunRecord, 'because'> =>
  held.length > 0 ? { because: `${held.join(', ')} stay as they were: a rule holds them.` } : {};

const endOf = ({ outcome, because }: Promoted): Pick<RunRecord, 'outcome' | 'because'> => ({
  outcome: outcome === 'held' ? 'held' : 'failed',
  because,
});

const withLayer = (run: RunRecord, record: LayerRecord): RunRecord => ({
  ...run,
  layers: [...run.layers.filter(({ layer }) => layer !== record.layer), record],
});

function recordOf(
  layer: Layer,
  startedAt: string,
  endedAt: string,
  { release: _, ...promoted }: Promoted,
): LayerRecord {
  return { layer, startedAt, endedAt, ...promoted };
}
