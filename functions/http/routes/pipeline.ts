import { PipelineState } from '../../../medallion/runs/pipeline-state.ts';
import { ReasonBody, recordAuditEntry } from '../audit.ts';
import type { Caller } from '../caller.ts';
import { type RequestContext, route } from '../route.ts';

async function setState(
  context: RequestContext,
  caller: Caller,
  { action, reason }: { readonly action: 'pause' | 'resume'; readonly reason: string },
): Promise<PipelineState> {
  const { at } = await recordAuditEntry(context, caller, { action, target: 'pipeline', reason });
  const state: PipelineState = { state: action === 'pause' ? 'paused' : 'running', actor: caller.actor, reason, at };
  await context.ports.pipelineControl.setState(state);
  if (action === 'resume') await context.engine.wake();
  return state;
}

export const pausePipeline = route({
  name: 'pausePipeline',
  path: 'api/pipeline/pause',
  role: 'operator',
  summary: 'Starts no new work. Files go on being registered, and a run that has begun goes on to its end.',
  body: ReasonBody,
  answer: PipelineState,
  handle: (context, { body, caller }) => setState(context, caller, { action: 'pause', reason: body.reason }),
});

export const resumePipeline = route({
  name: 'resumePipeline',
  path: 'api/pipeline/resume',
  role: 'operator',
  summary: 'Starts work again, after a pause or a halt.',
  body: ReasonBody,
  answer: PipelineState,
  handle: (context, { body, caller }) => setState(context, caller, { action: 'resume', reason: body.reason }),
});
