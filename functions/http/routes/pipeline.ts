import { PipelineState } from '../../../medallion/runs/pipeline-state.ts';
import { ReasonBody, recordAuditEntry } from '../audit.ts';
import { route } from '../route.ts';

const createStateRoute = (action: 'pause' | 'resume', summary: string) =>
  route({
    name: `${action}Pipeline`,
    path: `api/pipeline/${action}`,
    role: 'operator',
    summary,
    body: ReasonBody,
    answer: PipelineState,
    handle: async (context, { body: { reason }, caller }) => {
      const { at } = await recordAuditEntry(context, caller, { action, target: 'pipeline', reason });
      const state: PipelineState['state'] = action === 'pause' ? 'paused' : 'running';
      const pipelineState = { state, actor: caller.actor, reason, at };
      await context.ports.pipelineControl.setState(pipelineState);
      if (action === 'resume') await context.engine.wake();
      return pipelineState;
    },
  });

export const pausePipeline = createStateRoute(
  'pause',
  'Starts no new work. Files go on being registered, and a run that has begun goes on to its end.',
);

export const resumePipeline = createStateRoute('resume', 'Starts work again, after a pause or a halt.');
