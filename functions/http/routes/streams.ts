import { z } from 'zod';
import type { AuditAction } from '../../../medallion/audit/audit-entry.ts';
import { Layer, layers, Mode } from '../../../medallion/layer.ts';
import type { StreamSettings } from '../../../medallion/runs/stream.ts';
import { ListedStream, listStreams } from '../../../operations/streams/list-streams.ts';
import { rejectUnfitMode, updateStreamSettings } from '../../../operations/streams/update-settings.ts';
import { recordAuditEntry } from '../audit.ts';
import { toProblem } from '../problem.ts';
import { Reason, route } from '../route.ts';

const Streams = z.object({ streams: z.array(ListedStream) });

export const streams = route({
  name: 'streams',
  path: 'api/streams',
  role: 'reader',
  summary: 'The mode of each layer, and where its stream is if it has had one.',
  answer: Streams,
  handle: async ({ ports }) => ({ streams: await listStreams(ports) }),
});

function listActions({ mode, paused }: StreamSettings): AuditAction[] {
  const pausing = paused ? 'pause' : 'resume';
  return [
    ...(mode === undefined ? [] : (['set_mode'] as const)),
    ...(paused === undefined ? [] : ([pausing] as const)),
  ];
}

export const updateStream = route({
  name: 'updateStream',
  method: 'PATCH',
  path: 'api/streams/{layer}',
  role: 'operator',
  summary:
    'Changes the mode of a layer or of all. Pauses its stream between two micro-batches, or resumes it, also after a halt.',
  params: z.strictObject({ layer: z.union([Layer, z.literal('all')]) }),
  body: z
    .strictObject({ mode: Mode.optional(), paused: z.boolean().optional(), reason: Reason })
    .refine(({ mode, paused }) => mode !== undefined || paused !== undefined, 'mode, paused, or both'),
  status: 202,
  answer: Streams,
  problems: ['conflict'],
  handle: async (context, { body, caller, params: { layer } }) => {
    const { engine, ports } = context;
    const { reason, ...settings } = body;
    const chosen = layer === 'all' ? layers : [layer];
    const rejected = rejectUnfitMode(ports, chosen, settings);
    if (rejected) return toProblem(rejected);
    for (const action of listActions(settings))
      await recordAuditEntry(context, caller, { action, target: `streams/${layer}`, reason });
    await updateStreamSettings(ports, chosen, settings);
    await engine.wakeStreams();
    await engine.wake();
    return { streams: await listStreams(ports) };
  },
});
