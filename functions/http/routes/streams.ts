import { z } from 'zod';
import type { Act } from '../../../medallion/audit/audit-entry.ts';
import { Layer, layers, Mode } from '../../../medallion/layer.ts';
import type { World } from '../../../medallion/ports/world.ts';
import { modesFrom, StreamRecord, type Wish } from '../../../medallion/runs/stream.ts';
import { Because, recordAct } from '../audit.ts';
import { route } from '../route.ts';

const Streams = z.object({
  streams: z.array(StreamRecord.partial().extend({ layer: Layer, mode: Mode, drained: z.boolean().optional() })),
});

async function streamsOf({ modes, registry }: World): Promise<z.input<typeof Streams>> {
  const [wishes, known] = await Promise.all([registry.wishes(), registry.streams()]);
  const wanted = modesFrom(modes, wishes);
  return {
    streams: layers.map((layer) => ({
      ...known.find((stream) => stream.layer === layer),
      layer,
      mode: wanted[layer],
      ...(wishes[layer]?.drained ? { drained: true } : {}),
    })),
  };
}

export const streams = route({
  name: 'streams',
  path: 'api/streams',
  role: 'reader',
  summary: 'The mode of each layer, and where its stream is if it has had one.',
  answer: Streams,
  perform: ({ world }) => streamsOf(world),
});

const wishes = {
  drain: { drained: true },
  resume: { drained: false },
  continuous: { mode: 'continuous' },
  triggered: { mode: 'triggered' },
} as const satisfies Record<string, Wish>;
const Action = z.enum(Object.keys(wishes) as [keyof typeof wishes]);

const done: Record<z.infer<typeof Action>, Act['did']> = {
  drain: 'drained',
  resume: 'resumed',
  continuous: 'switched',
  triggered: 'switched',
};

export const askStream = route({
  name: 'askStream',
  path: 'api/streams/{layer}/{action}',
  role: 'operator',
  summary:
    'Drains a stream before new code is deployed, resumes it after that or after it was halted, or switches its mode. Of one layer or of all.',
  params: z.strictObject({ layer: z.union([Layer, z.literal('all')]), action: Action }),
  body: Because,
  status: 202,
  answer: Streams,
  perform: async ({ engine, now, world }, { body, caller, params: { action, layer } }) => {
    await recordAct({ now, world }, caller, { did: done[action], target: `stream ${layer}: ${action}`, why: body.why });
    for (const each of layer === 'all' ? layers : [layer]) {
      await world.registry.wish(each, wishes[action]);
      const stream = (await world.registry.streams()).find((record) => record.layer === each);
      if (action === 'resume' && stream?.state === 'halted')
        await world.registry.saveStream({ ...stream, state: 'drained', failures: 0 });
    }
    await engine.wakeStreams();
    await engine.wake();
    return streamsOf(world);
  },
});
