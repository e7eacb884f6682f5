import { z } from 'zod';
import { StreamRecord } from '../../medallion/runs/stream.ts';
import { activity } from '../activity.ts';

/**
 * Keeps what is known of a layer's stream where people and the API can read it. Done a second time, and late, it takes nothing
 * back that has come since.
 */
export const recordStream = activity({
  name: 'recordStream',
  input: StreamRecord,
  output: z.unknown(),
  run: async ({ streams }, stream) => {
    const isKnown = (await streams.list()).some(({ layer }) => layer === stream.layer);
    if (!isKnown) await streams.save(stream);
    else await streams.update(stream.layer, ({ since }) => (since > stream.since ? undefined : stream));
  },
});
