import { z } from 'zod';
import { PipelineState } from '../../../medallion/runs/pipeline-state.ts';
import { waitForPublication } from '../../../operations/releases/wait-for-publication.ts';
import { ReasonBody, recordAuditEntry } from '../audit.ts';
import type { Caller } from '../caller.ts';
import { type RequestContext, route } from '../route.ts';

/** `publishing`: the release that readers still come to see. */
const Paused = PipelineState.extend({ publishing: z.string().optional() });
const PauseBody = ReasonBody.extend({ mayPublish: PipelineState.shape.mayPublish });

async function setState(
  context: RequestContext,
  caller: Caller,
  action: 'pause' | 'resume',
  { mayPublish, reason }: { readonly reason: string; readonly mayPublish?: boolean | undefined },
): Promise<PipelineState> {
  const { at } = await recordAuditEntry(context, caller, { action, target: 'pipeline', reason });
  const state: PipelineState['state'] = action === 'pause' ? 'paused' : 'running';
  const pipelineState = { state, actor: caller.actor, reason, at, ...(mayPublish ? { mayPublish } : {}) };
  await context.ports.pipelineControl.setState(pipelineState);
  return pipelineState;
}

export const pausePipeline = route({
  name: 'pausePipeline',
  path: 'api/pipeline/pause',
  role: 'operator',
  summary:
    'Starts no new work. Files go on being registered. A run that has begun waits before it publishes, unless `mayPublish` lets it go on to its end. A release that is being published is waited for; if that takes over a minute, the answer is 202 and names it.',
  body: PauseBody,
  answer: Paused,
  isUnfinished: ({ publishing }) => publishing !== undefined,
  handle: async (context, { body, caller }) => {
    const pipelineState = await setState(context, caller, 'pause', body);
    await context.engine.endPipeline();
    const publishing = body.mayPublish ? undefined : await waitForPublication(context.ports, context.now);
    return { ...pipelineState, ...(publishing ? { publishing: publishing.publishedAs } : {}) };
  },
});

export const resumePipeline = route({
  name: 'resumePipeline',
  path: 'api/pipeline/resume',
  role: 'operator',
  summary: 'Starts work again, after a pause or a halt.',
  body: ReasonBody,
  answer: PipelineState,
  handle: async (context, { body, caller }) => {
    const pipelineState = await setState(context, caller, 'resume', body);
    await context.engine.wakeStreams();
    await context.engine.wake();
    return pipelineState;
  },
});
