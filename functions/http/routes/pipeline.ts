import { Standing } from '../../../medallion/runs/pipeline-state.ts';
import { Because, recordAct } from '../audit.ts';
import type { Caller } from '../caller.ts';
import { type Room, route } from '../route.ts';

async function stand(
  room: Room,
  caller: Caller,
  { did, why }: { did: 'paused' | 'resumed'; why: string },
): Promise<Standing> {
  const { at } = await recordAct(room, caller, { did, target: 'pipeline', why });
  const standing: Standing = { state: did === 'paused' ? 'paused' : 'open', by: caller.who, why, at };
  await room.world.desk.stand(standing);
  if (did === 'resumed') await room.engine.wake();
  return standing;
}

export const pausePipeline = route({
  name: 'pausePipeline',
  path: 'api/pipeline/pause',
  role: 'operator',
  summary: 'Takes up no new work. Files go on being registered, and a run that has begun goes on to its end.',
  body: Because,
  answer: Standing,
  perform: (room, { body, caller }) => stand(room, caller, { did: 'paused', why: body.why }),
});

export const resumePipeline = route({
  name: 'resumePipeline',
  path: 'api/pipeline/resume',
  role: 'operator',
  summary: 'Takes up work again, after a pause or a halt.',
  body: Because,
  answer: Standing,
  perform: (room, { body, caller }) => stand(room, caller, { did: 'resumed', why: body.why }),
});
