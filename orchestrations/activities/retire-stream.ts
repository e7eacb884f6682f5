import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { Layer } from '../../medallion/layer.ts';
import { drainPath } from '../../medallion/runs/stream.ts';
import { activity } from '../activity.ts';

/** Before a stream begins: ends the run of one whose supervisor was lost, so that never two of a layer are alive. */
export const retireStream = activity({
  name: 'retireStream',
  input: z.object({ layer: Layer, successor: BatchId }),
  output: z.object({}),
  perform: async ({ jobs, lake, registry }, { layer, successor }) => {
    const before = (await registry.streams()).find((record) => record.layer === layer);
    if (!before || before.stream === successor || before.state === 'drained' || before.state === 'halted') return {};
    await lake.commitControl(drainPath(before.stream), '{}');
    const jobRun = before.jobRuns.at(-1);
    if (jobRun) await jobs.cancel(jobRun);
    return {};
  },
});
