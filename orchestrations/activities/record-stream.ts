import { z } from 'zod';
import { StreamRecord } from '../../medallion/runs/stream.ts';
import { activity } from '../activity.ts';

/** Keeps what is known of a layer's stream where people and the API can read it. */
export const recordStream = activity({
  name: 'recordStream',
  input: StreamRecord,
  output: z.unknown(),
  run: ({ streams }, stream) => streams.save(stream),
});
