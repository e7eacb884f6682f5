import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { Layer, layers } from '../medallion/layer.ts';
import { modesFrom, type Wish } from '../medallion/stream.ts';
import type { World } from '../medallion/world.ts';
import { problem } from './answer.ts';

type Streams = {
  modes: World['modes'];
  registry: Pick<World['registry'], 'wishes' | 'wish' | 'streams' | 'saveStream'>;
};

/** `GET /api/streams`: the mode of each layer, and where its stream is if it has had one. */
export const streamsRequested = (world: Streams) => async (): Promise<HttpResponseInit> => {
  const { modes, registry } = world;
  const [wishes, known] = await Promise.all([registry.wishes(), registry.streams()]);
  const wanted = modesFrom(modes, wishes);
  const streams = layers.map((layer) => ({
    layer,
    mode: wanted[layer],
    ...(wishes[layer]?.drained ? { drained: true } : {}),
    ...known.find((stream) => stream.layer === layer),
  }));
  return { jsonBody: { streams } };
};

const asked: Record<string, Wish> = {
  drain: { drained: true },
  resume: { drained: false },
  continuous: { mode: 'continuous' },
  triggered: { mode: 'triggered' },
};

const Choice = z.object({ layer: z.union([Layer, z.literal('all')]), action: z.enum(Object.keys(asked) as [string]) });

/**
 * `POST /api/streams/{layer}/{action}`, of one layer or of `all`: `drain` before new code is deployed, `resume` after it or
 * after a stream was halted, `continuous` and `triggered` to switch the mode.
 */
export const streamAsked =
  (world: Streams, wake: () => Promise<void>) =>
  async ({ params }: Pick<HttpRequest, 'params'>): Promise<HttpResponseInit> => {
    const choice = Choice.safeParse(params);
    if (!choice.success) return problem(404, 'No such stream or action', z.prettifyError(choice.error));
    const { action, layer } = choice.data;
    const { registry } = world;
    for (const each of layer === 'all' ? layers : [layer]) {
      await registry.wish(each, asked[action] ?? {});
      const stream = (await registry.streams()).find((record) => record.layer === each);
      if (action === 'resume' && stream?.state === 'halted')
        await registry.saveStream({ ...stream, state: 'drained', failures: 0 });
    }
    await wake();
    return { ...(await streamsRequested(world)()), status: 202 };
  };
