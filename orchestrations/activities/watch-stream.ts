import { z } from 'zod';
import { Layer } from '../../medallion/layer.ts';
import { JobRunId } from '../../medallion/runs/job.ts';
import { WatchedStream, watchStream as watch } from '../../operations/streams/watch-stream.ts';
import { activity } from '../activity.ts';

/** Whether a layer's stream is wanted and may start, and where its run is. */
export const watchStream = activity({
  name: 'watchStream',
  input: z.object({ layer: Layer, jobRun: JobRunId.optional() }),
  output: WatchedStream,
  run: watch,
});
