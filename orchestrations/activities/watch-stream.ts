import { z } from 'zod';
import { Layer } from '../../medallion/layer.ts';
import { JobRunId, JobState } from '../../medallion/runs/job.ts';
import { isWanted, modesFrom } from '../../medallion/runs/stream.ts';
import { activity } from '../activity.ts';

const runsLookedAt = 3;

/**
 * Whether a layer's stream is wanted, and where its run is, if it has one. It may not start while a batch is built by a
 * run of the same job, which would wait behind it for ever.
 */
export const watchStream = activity({
  name: 'watchStream',
  input: z.object({ layer: Layer, jobRun: JobRunId.optional() }),
  output: z.object({ isWanted: z.boolean(), mayStart: z.boolean(), job: JobState.optional() }),
  perform: async ({ jobs, modes, registry }, { jobRun, layer }) => {
    const wishes = await registry.wishes();
    const wanted = isWanted(layer, modesFrom(modes, wishes), wishes);
    if (jobRun !== undefined) return { isWanted: wanted, mayStart: false, job: await jobs.stateOf(jobRun) };
    const { rows } = await registry.runs(runsLookedAt);
    const isInUse = rows.some((run) => run.outcome === 'running' && run.modes?.[layer] !== 'continuous');
    return { isWanted: wanted, mayStart: !isInUse };
  },
});
